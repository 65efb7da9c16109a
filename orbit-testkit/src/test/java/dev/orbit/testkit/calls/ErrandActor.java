package dev.orbit.testkit.calls;

import dev.orbit.api.ActorContext;
import dev.orbit.api.DeactivationReason;
import dev.orbit.api.Lifecycle;
import dev.orbit.api.MailboxCapacity;
import dev.orbit.api.Reentrant;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes down in {@link Gates} what it does. */
final class ErrandActor implements Errand, Lifecycle {
  /** Of the actors whose key begins so, the first activation of all fails. */
  static final String BROKEN = "broken";

  private static final AtomicInteger BREAKS = new AtomicInteger(1);

  private final ActorContext context;
  private boolean bad;

  ErrandActor(ActorContext context) {
    this.context = context;
  }

  private String key() {
    return context.address().key().toString();
  }

  @Override
  public void onActivate() {
    if (key().startsWith(BROKEN) && BREAKS.getAndDecrement() > 0) {
      throw new IllegalStateException("not today");
    }
    Gates.write(key() + " is there");
  }

  @Override
  public void onDeactivate(DeactivationReason reason) {
    Gates.write(key() + " leaves");
    if (bad) {
      Gates.write(key() + " leaves badly");
      throw new IllegalStateException("not like this");
    }
  }

  @Override
  public String waitAt(String gate) {
    Gates.pass(key(), gate);
    return key();
  }

  @Override
  public String letWait(String other, String gate) {
    return context.actors().get(Errand.class, other).waitAt(gate);
  }

  @Override
  public String lookAt(String gate) {
    Gates.pass(key(), gate);
    return key();
  }

  @Override
  public Optional<String> nameIfActive() {
    return Optional.of(name());
  }

  @Override
  public String name() {
    return context.address().toString();
  }

  @Override
  public Map<String, String> baggageAt(List<String> path) {
    return path.isEmpty()
        ? context.baggage()
        : context
            .actors()
            .get(Errand.class, path.getFirst())
            .baggageAt(List.copyOf(path.subList(1, path.size())));
  }

  @Override
  public void askEveryFewMillis(String other) {
    context
        .timers()
        .every(
            Duration.ofMillis(5),
            () -> {
              Gates.write(key() + " asks on " + context.node().key());
              String name = context.actors().get(Errand.class, other).name();
              Gates.write(key() + " was told " + name);
            });
  }

  @Override
  public void leave() {
    context.deactivateWhenIdle();
  }

  @Override
  public String computeAt(String gate) {
    try {
      return context.offload(
          () -> {
            Gates.pass(key(), gate);
            return Thread.currentThread().getName();
          });
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void leaveBadly() {
    bad = true;
    context.deactivateWhenIdle();
  }

  /** Asks the context. */
  static final class Timed implements Errand.Timed {
    private final ActorContext context;

    Timed(ActorContext context) {
      this.context = context;
    }

    @Override
    public long remainingAt(List<String> path) {
      return path.isEmpty()
          ? remaining()
          : context
              .actors()
              .get(Errand.Timed.class, path.getFirst())
              .remainingAt(List.copyOf(path.subList(1, path.size())));
    }

    @Override
    public long remaining() {
      return context.remaining().orElseThrow().toMillis();
    }
  }

  /** Refuses the third that would wait. */
  @MailboxCapacity(2)
  static final class Narrow implements Errand.Narrow {
    private final ActorContext context;

    Narrow(ActorContext context) {
      this.context = context;
    }

    @Override
    public String waitAt(String gate) {
      Gates.pass(context.address().key().toString(), gate);
      return context.node().key();
    }
  }

  /** Lets the calls in that it has itself caused. */
  @Reentrant(Reentrant.Scope.CALL_CHAIN)
  static final class Chained implements Errand.Chained {
    private final ActorContext context;

    Chained(ActorContext context) {
      this.context = context;
    }

    private Errand.Chained other(String key) {
      return context.actors().get(Errand.Chained.class, key);
    }

    @Override
    public String throughOther(String other) {
      return other(other).callBack(context.address().key().toString());
    }

    @Override
    public String letWait(String other, String gate) {
      return context.actors().get(Errand.class, other).waitAt(gate);
    }

    @Override
    public String peek() {
      return name();
    }

    @Override
    public String callBack(String caller) {
      return other(caller).name();
    }

    @Override
    public String name() {
      return context.address().toString();
    }
  }
}
