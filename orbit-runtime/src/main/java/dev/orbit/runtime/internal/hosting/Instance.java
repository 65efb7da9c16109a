package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.ActorContext;
import dev.orbit.api.Actors;
import dev.orbit.api.DeactivationReason;
import dev.orbit.api.Journal;
import dev.orbit.api.Lifecycle;
import dev.orbit.api.Portable;
import dev.orbit.api.Reminders;
import dev.orbit.api.State;
import dev.orbit.api.Timers;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.filter.TurnFilter;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.persistence.PersistentJournal;
import dev.orbit.runtime.internal.persistence.PersistentState;
import dev.orbit.runtime.internal.persistence.StateAccess;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.Facets;
import dev.orbit.runtime.internal.registration.JournalSlot;
import dev.orbit.runtime.internal.registration.StateSlot;
import dev.orbit.runtime.internal.reminder.ActorReminders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An actor's object with its states. Confined to the runs of its activation. */
final class Instance {
  private static final Logger LOG = LoggerFactory.getLogger(Instance.class);

  private static final Duration LONGEST_LIFE = Duration.ofDays(365);

  private final Activation activation;
  private final ActorTimers timers;
  private final Object actor;

  private Instance(Activation activation, ActorTimers timers, Object actor) {
    this.activation = activation;
    this.timers = timers;
    this.actor = actor;
  }

  /** Claims the states, constructs the actor and runs {@code onActivate}. */
  static Instance make(
      HostingContext context,
      ActorRegistration registration,
      Activation activation,
      Content.@Nullable Carried carried)
      throws Exception {
    AddressableReference address = activation.address();
    ActorTimers timers = new ActorTimers(activation);
    Fence fence = activation.grant().fence();
    StateAccess access =
        new StateAccess(
            context.store(),
            context.stateCodec(),
            fence,
            activation::mayAct,
            context.environment().virtualThreads(),
            refusal -> {
              LOG.warn(
                  "event=state-refused actor={} fence={} reason={}",
                  address,
                  fence,
                  refusal.description());
              activation.deactivate(DeactivationReason.STATE_CONFLICT);
            });
    try {
      return activation.live(
          "onActivate",
          () -> {
            Callable<Object> construction =
                () -> construct(context, registration, activation, access, timers);
            Object made =
                carried == null
                    ? construction.call()
                    : portability(activation).rehydrated(carried, timers, construction);
            Instance instance = new Instance(activation, timers, made);
            if (instance.actor instanceof Lifecycle lifecycle) {
              lifecycle.onActivate();
            }
            return instance;
          });
    } catch (Throwable e) {
      timers.end();
      throw e;
    }
  }

  private static Object construct(
      HostingContext context,
      ActorRegistration registration,
      Activation activation,
      StateAccess access,
      Timers timers)
      throws Exception {
    String cluster = context.node().namespace();
    try {
      Optional<Reminders> reminders =
          context
              .reminders()
              .filter(service -> registration.isRemindable())
              .map(service -> ActorReminders.claim(service, access, activation.address()));
      return registration.instantiate(
          new Context(context, activation, timers, reminders),
          new Facets() {
            @Override
            public State<?> state(StateSlot slot) {
              return PersistentState.load(slot, key(slot), access);
            }

            @Override
            public Journal<?, ?> journal(JournalSlot slot) {
              return PersistentJournal.load(slot, key(slot.state()), access);
            }

            private StateKey key(StateSlot slot) {
              return new StateKey(cluster, activation.address(), slot.name());
            }
          });
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The filters that stand around its turns. */
  List<TurnFilter> filters() {
    return activation.registration().filters();
  }

  @Nullable Object call(Call call, @Nullable Object[] arguments) throws Throwable {
    return activation.registration().call(actor, call.method(), arguments);
  }

  /** Stops the timers and runs {@code onDeactivate}; what that throws is logged. */
  void end(DeactivationReason reason) {
    timers.end();
    if (actor instanceof Lifecycle lifecycle) {
      try {
        activation.live(
            "onDeactivate",
            () -> {
              lifecycle.onDeactivate(reason);
              return actor;
            });
      } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
        LOG.warn(
            "event=deactivation-failed actor={} reason={}", activation.address(), e.toString(), e);
      }
    }
  }

  /** What the next activation is to have; null for nothing. */
  Content.@Nullable Carried dehydrate() {
    if (!(actor instanceof Portable<?> portable)) {
      return null;
    }
    try {
      return activation
          .live("dehydrate", () -> portability(activation).dehydrated(portable))
          .orElse(null);
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      LOG.warn(
          "event=dehydration-failed actor={} reason={}", activation.address(), e.toString(), e);
      return null;
    }
  }

  private static Portability portability(Activation activation) {
    return new Portability(activation.context(), activation.registration(), activation.address());
  }

  private record Context(
      HostingContext hosting,
      Activation activation,
      Timers timers,
      Optional<Reminders> ownReminders)
      implements ActorContext {
    @Override
    public Reminders reminders() {
      return ownReminders.orElseThrow(
          () ->
              new IllegalStateException(
                  "the class of %s is not Remindable; implement dev.orbit.api.Remindable to set reminders"
                      .formatted(activation.address())));
    }

    @Override
    public AddressableReference address() {
      return activation.address();
    }

    @Override
    public NodeId node() {
      return hosting.node();
    }

    @Override
    public Actors actors() {
      return hosting.actors();
    }

    @Override
    public Optional<String> principal() {
      return CallContext.current().map(CallContext::principal).filter(name -> !name.isEmpty());
    }

    @Override
    public Map<String, String> baggage() {
      return CallContext.current().map(call -> call.call().baggage()).orElse(Map.of());
    }

    @Override
    public Optional<Duration> remaining() {
      long now = hosting.environment().nanoTime();
      return CallContext.current().map(call -> Duration.ofNanos(call.remainingNanos(now)));
    }

    @Override
    public <T> T offload(Callable<T> work) throws Exception {
      return hosting.offloading().await(work);
    }

    @Override
    public void keepAlive(Duration duration) {
      if (duration.isNegative() || duration.compareTo(LONGEST_LIFE) > 0) {
        throw new IllegalArgumentException(
            "keepAlive for %s; allowed are zero to %s".formatted(duration, LONGEST_LIFE));
      }
      activation.keepUntil(hosting.environment().nanoTime() + duration.toNanos());
    }

    @Override
    public void deactivateWhenIdle() {
      activation.deactivate(DeactivationReason.REQUESTED);
    }
  }
}
