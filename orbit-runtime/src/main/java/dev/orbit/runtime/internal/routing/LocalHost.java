package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.codec.Codecs;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.runtime.internal.directory.Arrival;
import dev.orbit.runtime.internal.hosting.Call;
import dev.orbit.runtime.internal.hosting.Watched;
import dev.orbit.runtime.internal.life.Admission;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.Registrations;
import dev.orbit.runtime.internal.registration.RuntimeMethods;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

  /** Looks after that until it is over. */
  void watch(Watched watched) {
    watch.add(watched);
  }

  void stop() {
    watch.stop();
  }

  /** Tells what still waits that nobody looks after it. */
  void end() {
    watch.end();
  }

  /**
   * Runs a call in a life of this node.
   *
   * @return completes with the answer by the deadline; cancelling it takes the call out of its
   *     queue, or interrupts its turn
   */
  CompletableFuture<Reply> run(Life life, int partition, RoutedCall routed, Onward onward) {
    Way way = new Way(routed, onward);
    if (routed.method().equals(RuntimeMethods.ARRIVED)) {
      life.admit(partition, new Milestone(way, life), routed.passedOn().placed());
      return way;
    }
    ActorRegistration registration = registrations.find(routed.target().type()).orElse(null);
    if (registration == null) {
      if (routed.passedOn().placed()) {
        way.complete(Reply.refused(notHosted(life, routed)));
      } else {
        life.admit(partition, new Passage(way, life), false);
      }
      return way;
    }
    ActorContract contract = registration.contract();
    MethodContract method = registration.method(routed.method()).orElse(null);
    if (method == null || !contract.accepts(routed.target().key())) {
      way.complete(Reply.refused(unfit(routed, contract, method)));
      return way;
    }
    HostedCall hosted = new HostedCall(this, routed, onward, method);
    Call call = hosted.call();
    Admission admission =
        new Admission(life, registration, call, hosted.caller(life), hosted, environment::nanoTime);
    admit(life, partition, call, admission, routed.passedOn().placed());
    if (!call.isAnswered()) {
      watch.add(call);
    }
    return hosted;
  }

  /** How arguments and results are written. */
  Codecs codecs() {
    return codecs;
  }

  /** A cancellation at the deadline only says what this end knows itself. */
  void callOff(Call call) {
    long now = environment.nanoTime();
    if (call.context().remainingNanos(now) < DEADLINE_SLACK_NANOS) {
      call.expire(node, now);
    } else {
      call.cancel();
    }
  }

  /**
   * Runs a call of this node on an actor that it hosts, or that it is to host if the directory says
   * so; else {@code answer} takes the long way.
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
    admit(
        life,
        partition,
        call,
        new Admission(
            life, registration, call, Optional.of(life.member()), answer, environment::nanoTime),
        false);
    if (!call.isAnswered()) {
      answer.is(call);
      watch.add(call);
    }
    return true;
  }

  private static NotExecutedException notHosted(Life life, RoutedCall routed) {
    return new NotExecutedException(
        ErrorCode.UNKNOWN_ACTOR_TYPE,
        "%s did not run: node %s does not host the type"
            .formatted(routed, life.member().node().key()));
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

  /** Whether this node hosts the type, and its actors are stateless workers. */
  boolean hasWorkers(String type) {
    return registrations.find(type).filter(ActorRegistration::isWorker).isPresent();
  }

  private void admit(Life life, int partition, Call call, Admission admission, boolean placed) {
    if (admission.registration().isWorker()) {
      // What does not run here does not go back to an owner: its caller looks for another node.
      life.activations().deliver(call, admission.registration());
      return;
    }
    call.broughtBy(admission);
    life.admit(partition, admission, placed);
  }

  /** A call of a type that only others host, of which this node owns the partition. */
  private static final class Passage implements Arrival {
    private final Way way;
    private final Life life;

    Passage(Way way, Life life) {
      this.way = way;
      this.life = life;
    }

    @Override
    public AddressableReference address() {
      return way.routed().target();
    }

    @Override
    public Optional<MemberId> caller() {
      return way.caller(life);
    }

    @Override
    public boolean deliver() {
      return false;
    }

    @Override
    public void passOn(MemberId to, boolean placed) {
      way.passOn(to, placed);
    }

    @Override
    public void turnAway(Refusal refusal) {
      way.turnAway(refusal, life);
    }

    @Override
    public boolean activates() {
      return true;
    }

    @Override
    public boolean isOver() {
      return way.isDone();
    }

    @Override
    public long deadlineNanos() {
      return way.routed().context().deadlineNanos();
    }
  }
}
