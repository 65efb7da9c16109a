package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.RetryPolicy;
import dev.orbit.client.internal.call.Retrying;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.transport.limits.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A waiting room, and what is sent from it. */
abstract class WaitingRoomFixture {
  static final AddressableReference ACTOR = new AddressableReference("T", Key.of("x"));
  static final AddressableReference OTHER = new AddressableReference("T", Key.of("y"));
  static final Duration TIMEOUT = Duration.ofSeconds(20);
  static final Duration PAUSE = Duration.ofMillis(100);

  final ManualEnvironment environment = new ManualEnvironment();
  final WaitingRoom room = new WaitingRoom(environment, "a", 5);
  final List<OnItsWay> sent = new ArrayList<>();
  private final Retrying once =
      new Retrying(environment, RetryPolicy.DEFAULT, RetryBudget.ofClient());

  /** A call that was sent, and its answer. */
  record OnItsWay(RoutedCall call, CompletableFuture<Reply> reply) {
    void answer() {
      reply.complete(Replies.ACCEPTED);
    }

    void refuse(long number) {
      Content.InvocationError error =
          ErrorMapping.refused(new OverloadedException("full", null, PAUSE)).withCredit(number);
      reply.complete(new Reply(error, null, true));
    }
  }

  CompletableFuture<Reply> call(String method) {
    return pass(call(ACTOR, method, CallContext.root(environment.nanoTime(), TIMEOUT)));
  }

  CompletableFuture<Reply> pass(RoutedCall call) {
    return pass(room, call);
  }

  /** As the router does. */
  CompletableFuture<Reply> pass(WaitingRoom where, RoutedCall call) {
    Attempts attempts =
        new Attempts(call, _ -> true, where, new UnderWay(), (present, _) -> send(present));
    // The deadline leaves no time for another attempt.
    CompletableFuture<Reply> outcome = once.call(environment.nanoTime(), attempts);
    environment.settle();
    return outcome;
  }

  CompletableFuture<Reply> send(RoutedCall call) {
    OnItsWay onItsWay = new OnItsWay(call, new CompletableFuture<>());
    sent.add(onItsWay);
    return onItsWay.reply;
  }

  static RoutedCall call(AddressableReference target, String method, CallContext context) {
    return new RoutedCall(
        target, method, "", null, false, context, RoutedCall.PassedOn.BEGINS_HERE);
  }

  void credit(long messages) {
    room.credited(new Content.Credit(ACTOR, messages, 5_000));
    environment.settle();
  }

  List<String> methods() {
    return sent.stream().map(one -> one.call().method()).toList();
  }

  void answerAll() {
    for (int i = 0; i < sent.size(); i++) {
      sent.get(i).answer();
      environment.settle();
    }
  }
}
