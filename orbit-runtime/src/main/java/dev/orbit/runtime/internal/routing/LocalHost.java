package dev.orbit.runtime.internal.routing;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Takes the calls of which this node is the host. Thread-safe; never blocks. */
final class LocalHost {
  private final Registrations registrations;
  private final Codecs codecs;
  private final DeadlineWheel deadlines;

  LocalHost(Environment environment, String node, Registrations registrations, Codecs codecs) {
    this.registrations = registrations;
    this.codecs = codecs;
    this.deadlines = new DeadlineWheel(environment, node);
  }

  void stop() {
    deadlines.stop();
  }

  /**
   * Runs a call in a life of this node.
   *
   * @return completes with the answer by the deadline; cancelling it takes the call out of its
   *     queue
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
      deadlines.add(call);
      var _ =
          reply.whenComplete(
              (_, _) -> {
                deadlines.remove(call);
                if (reply.isCancelled()) {
                  call.cancel();
                }
              });
    }
    return reply;
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

  private static void admit(Life life, int partition, ActorRegistration registration, Call call) {
    Optional<Tenure> tenure = life.tenures().of(call.target(), partition);
    if (tenure.isEmpty()) {
      call.refuse(Refusals.notOwner(call, life.member().node()));
      return;
    }
    tenure.get().admit(new Admission(life, tenure.get(), registration, call));
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

  private record Admission(Life life, Tenure tenure, ActorRegistration registration, Call call)
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
        case EXPIRED -> call.expire(node.key());
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
