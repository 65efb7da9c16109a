package dev.orbit.runtime.internal.routing;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.codec.Codecs;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.hosting.Answer;
import dev.orbit.runtime.internal.hosting.Call;
import dev.orbit.runtime.internal.hosting.Refusals;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.placement.Tenure;
import dev.orbit.runtime.internal.placement.Waiting;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.Registrations;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Takes the calls of which this node is the host. Thread-safe; never blocks. */
final class LocalHost {
  /** How early a sender may give up by its own clock. */
  private static final long DEADLINE_SLACK_NANOS = 50_000_000;

  private final Registrations registrations;
  private final Codecs codecs;
  private final Environment environment;
  private final String node;
  private final CallWatch watch;

  LocalHost(
      Environment environment,
      String node,
      Registrations registrations,
      Codecs codecs,
      Duration longTurn) {
    this.environment = environment;
    this.node = node;
    this.registrations = registrations;
    this.codecs = codecs;
    this.watch = new CallWatch(environment, node, longTurn);
  }

  /** How many turns have run for longer than they should. */
  long longTurns() {
    return watch.longTurns();
  }

  void stop() {
    watch.stop();
  }

  /**
   * Runs a call in a life of this node.
   *
   * @return completes with the answer by the deadline; cancelling it takes the call out of its
   *     queue, or interrupts its turn
   */
  CompletableFuture<Reply> run(Life life, int partition, RoutedCall routed) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    ActorRegistration registration = registrations.find(routed.target().type()).orElse(null);
    if (registration == null) {
      reply.complete(
          Reply.refused(
              new NotExecutedException(
                  ErrorCode.UNKNOWN_ACTOR_TYPE,
                  "%s did not run: node %s does not host the type"
                      .formatted(routed, life.member().node().key()))));
      return reply;
    }
    ActorContract contract = registration.contract();
    MethodContract method = registration.method(routed.method()).orElse(null);
    if (method == null || !contract.accepts(routed.target().key())) {
      reply.complete(Reply.refused(unfit(routed, contract, method)));
      return reply;
    }
    Call call =
        new Call(
            routed.target(),
            method,
            routed.context(),
            () -> codecs.decodeArguments(method, routed.payload(), routed.text()),
            answer(routed, method, reply));
    admit(life, partition, registration, call);
    if (!call.isAnswered()) {
      watch.add(call);
      var _ =
          reply.whenComplete(
              (_, _) -> {
                if (reply.isCancelled()) {
                  callOff(call);
                }
              });
    }
    return reply;
  }

  /** A cancellation at the deadline only says what this end knows itself. */
  private void callOff(Call call) {
    long now = environment.nanoTime();
    if (call.context().remainingNanos(now) < DEADLINE_SLACK_NANOS) {
      call.expire(node, now);
    } else {
      call.cancel();
    }
  }

  /**
   * Runs a call of this node, if it hosts the actor by the placement that {@code partition} is
   * from.
   *
   * @return whether it is under way; false if it has to go the long way
   */
  boolean run(Life life, int partition, Invocation invocation, LocalCall answer) {
    ActorRegistration registration = registrations.find(invocation.target().type()).orElse(null);
    if (registration == null) {
      return false;
    }
    MethodContract method = invocation.method();
    if (registration.contract() != invocation.contract()) {
      method = registration.contract().method(method.wireName()).orElse(null);
      if (method == null || !method.parameterTypes().equals(invocation.method().parameterTypes())) {
        return false;
      }
    }
    @Nullable Object[] arguments =
        codecs.isolatedArguments(invocation.method(), invocation.arguments());
    CallContext context = invocation.context();
    Call call =
        new Call(
            invocation.target(),
            method,
            // Nobody waits for a one-way call, so that it closes no circle.
            method.oneWay() ? context.withoutChain() : context,
            () -> arguments,
            answer);
    admit(life, partition, registration, call);
    if (!call.isAnswered()) {
      answer.is(call);
      watch.add(call);
    }
    return true;
  }

  private static OrbitException unfit(
      RoutedCall routed, ActorContract contract, @Nullable MethodContract method) {
    if (method == null) {
      return new NotExecutedException(
          ErrorCode.UNKNOWN_METHOD,
          "%s did not run: the contract has no method '%s'; it has %s"
              .formatted(
                  routed.target(),
                  routed.method(),
                  contract.methods().stream()
                      .map(MethodContract::wireName)
                      .collect(Collectors.joining(", "))));
    }
    return new NotExecutedException(
        ErrorCode.WRONG_KEY_KIND,
        "%s did not run: actors of type %s are named by %s"
            .formatted(routed, contract.typeName(), contract.keyKind().description()));
  }

  private void admit(Life life, int partition, ActorRegistration registration, Call call) {
    Optional<Tenure> tenure = life.tenures().of(call.target(), partition);
    if (tenure.isEmpty()) {
      call.refuse(Refusals.notOwner(call, life.member().node()));
      return;
    }
    tenure
        .get()
        .admit(new Admission(life, tenure.get(), registration, call, environment::nanoTime));
  }

  private Answer answer(RoutedCall routed, MethodContract method, CompletableFuture<Reply> reply) {
    return new Answer() {
      @Override
      public void returned(@Nullable Object value) {
        try {
          Codecs.EncodedResult result =
              codecs.encodeResult(method, value, routed.payload() == null);
          reply.complete(
              new Reply(new Content.InvocationResponse(result.text()), result.payload()));
        } catch (OrbitException e) {
          refused(e);
        }
      }

      @Override
      public void threw(Throwable failure) {
        reply.complete(new Reply(ErrorMapping.threw(failure, method), null));
      }

      @Override
      public void refused(OrbitException reason) {
        reply.complete(Reply.refused(reason));
      }
    };
  }

  private record Admission(
      Life life, Tenure tenure, ActorRegistration registration, Call call, LongSupplier nowNanos)
      implements Waiting {
    @Override
    public void admit() {
      life.activations().deliver(tenure, registration, call);
    }

    @Override
    public void turnAway(Refusal refusal) {
      var node = life.member().node();
      switch (refusal) {
        case MOVED -> call.refuse(Refusals.notOwner(call, node));
        case EXPIRED -> call.expire(node.key(), nowNanos.getAsLong());
        case ENDED -> call.refuse(Refusals.leaseLost(call, node));
        case FULL -> call.refuse(Refusals.tooManyWait(call, node));
      }
    }

    @Override
    public long deadlineNanos() {
      return call.context().deadlineNanos();
    }
  }
}
