package dev.orbit.runtime.internal.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.api.state.Fence;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.codec.JsonCodec;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.runtime.internal.directory.Grant;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.Registrations;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.internal.simulated.ManualLease;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.transport.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nothing runs until the environment settles, so that calls pile up as the test says. */
class CrowdsTest {
  private static final String TYPE = "test.Counter";
  private static final int CAPACITY = 8;
  private static final AddressableReference ACTOR = new AddressableReference(TYPE, Key.of("x"));
  private static final NodeId B = new NodeId("b", "shop");
  private static final NodeId C = new NodeId("c", "shop");

  private final ManualEnvironment environment = new ManualEnvironment();
  private final List<String> told = new ArrayList<>();
  private final List<Sent> refused = new ArrayList<>();
  private final Journal journal = new Journal();
  private final ActorRegistration registration =
      Registrations.read(
              List.of(CounterActor.class), (actorClass, parameter) -> Optional.of(journal))
          .find(TYPE)
          .orElseThrow();
  private final ActivationTable table = table();
  private int answered;

  @Test
  void nobodyIsToldAnythingWhileThereIsRoom() {
    calls(B, CAPACITY * 3 / 4);
    environment.settle();

    assertThat(told).isEmpty();
    assertThat(answered).isEqualTo(CAPACITY * 3 / 4);
  }

  @Test
  void whoCallsIsToldItsShareWhenTheMailboxFills() {
    calls(B, CAPACITY - 1);
    calls(C, 1);
    environment.settle();

    assertThat(told).containsExactly("b 8", "c 4");
    assertThat(refused).isEmpty();
  }

  @Test
  void turnsThatAreOpenForANodeAreNotTakenFromItsShare() {
    journal.during(
        () -> {
          journal.during(() -> {});
          calls(B, CAPACITY - 1);
          calls(C, 1);
        });
    calls(C, 1);
    environment.settle();

    assertThat(told).containsExactly("b 8", "c 5");
  }

  @Test
  void whoCallsIsToldWhenThereIsRoomAgain() {
    calls(B, CAPACITY);
    environment.settle();
    told.clear();
    environment.advance(Crowds.LOOK.multipliedBy(3));
    environment.settle();

    assertThat(told).containsExactly("b 0");
  }

  @Test
  void noCallOvertakesOneThatWasRefused() {
    calls(B, CAPACITY);
    Sent first = call(B, Headers.NOTHING_HEARD);
    environment.settle();
    Sent onItsWay = call(B, Headers.NOTHING_HEARD);
    environment.settle();
    Sent again = call(B, onItsWay.number);
    Sent onItsWayAgain = call(B, onItsWay.number);
    Sent byAnotherThread = call(B, Headers.NOTHING_HEARD);
    environment.settle();
    Sent afterThat = call(B, byAnotherThread.number);
    environment.settle();
    environment.advance(Crowds.LINGER.plusSeconds(1));
    Sent later = call(B, Headers.NOTHING_HEARD);
    environment.settle();

    assertThat(refused).containsExactly(first, onItsWay, byAnotherThread);
    assertThat(List.of(again, onItsWayAgain, afterThat, later))
        .allMatch(sent -> sent.value != null);
  }

  /** One number for both let the third pass before the second was sent again. */
  @Test
  void whoHasHeardOfTheFirstRefusalOnlyIsRefusedToo() {
    calls(B, CAPACITY);
    Sent first = call(B, Headers.NOTHING_HEARD);
    Sent second = call(B, Headers.NOTHING_HEARD);
    environment.settle();
    Sent third = call(B, first.number);
    environment.settle();

    assertThat(refused).containsExactly(first, second, third);
    assertThat(third.number).isGreaterThan(second.number);
  }

  /** What was refused may come again when another activation has all its places free. */
  @Test
  void noCallOvertakesOneThatAnEarlierActivationHasRefused() {
    deliver(new Sent(B, Headers.NOTHING_HEARD, true), "stop");
    calls(B, CAPACITY - 1);
    Sent first = call(B, Headers.NOTHING_HEARD);
    environment.settle();
    boolean over = table.isEmpty();
    Sent onItsWay = call(B, Headers.NOTHING_HEARD);
    environment.settle();
    Sent again = call(B, onItsWay.number);
    environment.settle();

    assertThat(over).isTrue();
    assertThat(refused).containsExactly(first, onItsWay);
    assertThat(again.value).isNotNull();
  }

  @Test
  void aRefusalThatCannotBeToldKeepsNoOtherBack() {
    calls(B, CAPACITY);
    Sent broken = new Sent(B, Headers.NOTHING_HEARD, true);
    broken.isBroken = true;
    deliver(broken);
    Sent next = call(B, Headers.NOTHING_HEARD);
    environment.settle();

    assertThat(refused).containsExactly(next);
  }

  @Test
  void othersAreNotHeldUpByABarrier() {
    calls(B, CAPACITY);
    call(B, Headers.NOTHING_HEARD);
    environment.settle();
    Sent other = call(C, Headers.NOTHING_HEARD);
    environment.settle();

    assertThat(other.value).isNotNull();
  }

  @Test
  void whoPaysNoHeedIsRefusedAsEver() {
    calls(B, CAPACITY);
    Sent first = call(B, 0);
    environment.settle();
    Sent next = call(B, 0);
    environment.settle();

    assertThat(first.overloaded).isTrue();
    assertThat(first.number).isZero();
    assertThat(next.value).isNotNull();
  }

  @Test
  void aRefusalOfWhichNobodyHearsHoldsNobodyUp() {
    calls(B, CAPACITY);
    Sent oneWay = new Sent(B, Headers.NOTHING_HEARD, false);
    deliver(oneWay);
    environment.settle();
    Sent next = call(B, Headers.NOTHING_HEARD);
    environment.settle();

    assertThat(oneWay.overloaded).isTrue();
    assertThat(next.value).isNotNull();
  }

  @Test
  void aBarrierThatNobodyAnswersIsForgotten() {
    calls(B, CAPACITY);
    call(B, Headers.NOTHING_HEARD);
    environment.advance(Crowds.BARRIER.plusSeconds(1));
    Sent next = call(B, Headers.NOTHING_HEARD);
    environment.settle();

    assertThat(next.value).isNotNull();
  }

  private void calls(NodeId from, int count) {
    for (int i = 0; i < count; i++) {
      call(from, Headers.NOTHING_HEARD);
    }
  }

  private Sent call(NodeId from, long credit) {
    Sent sent = new Sent(from, credit, true);
    deliver(sent);
    return sent;
  }

  private void deliver(Sent sent) {
    deliver(sent, "increment");
  }

  private void deliver(Sent sent, String method) {
    Call call =
        new Call(
            ACTOR,
            registration.contract().method(method).orElseThrow(),
            CallContext.root(environment.nanoTime(), Duration.ofMinutes(5)),
            () -> new @Nullable Object[0],
            sent);
    if (!table.deliver(call)) {
      table.activate(
          new Grant(0, 1, new Fence(1, 1)), registration, List.of(call), Optional.empty());
    }
  }

  /** A call of another node, and its answer. */
  private final class Sent implements Answer {
    private final NodeId from;
    private final long credit;
    private final boolean heard;
    private @Nullable Object value;
    private boolean overloaded;
    private boolean isBroken;
    private long number;

    Sent(NodeId from, long credit, boolean heard) {
      this.from = from;
      this.credit = credit;
      this.heard = heard;
    }

    @Override
    public Optional<NodeId> sender() {
      return Optional.of(from);
    }

    @Override
    public long credit() {
      return credit;
    }

    @Override
    public boolean isHeard() {
      return heard;
    }

    @Override
    public void noRoom(OverloadedException reason, long refusal) {
      if (isBroken) {
        throw new IllegalStateException("on purpose");
      }
      overloaded = true;
      number = refusal;
      refused.add(this);
    }

    @Override
    public void returned(@Nullable Object returned) {
      value = returned;
      answered++;
    }

    @Override
    public void threw(Throwable failure) {
      throw new AssertionError(failure);
    }

    @Override
    public void refused(dev.orbit.api.error.OrbitException reason) {
      overloaded = reason instanceof OverloadedException;
    }
  }

  private ActivationTable table() {
    HostingContext.Notices notices =
        new HostingContext.Notices() {
          @Override
          public void probe(Content.WaitProbe probe) {}

          @Override
          public void credit(NodeId to, Content.Credit credit) {
            told.add(to.key() + " " + credit.messages());
          }
        };
    return new ActivationTable(
        new HostingContext(
            environment,
            new ManualLease(),
            new MemoryStateStore(),
            new JsonCodec(
                (contract, key) -> {
                  throw new IllegalStateException("no references in these states");
                }),
            new ReferenceFactory(
                environment,
                invocation ->
                    CompletableFuture.failedFuture(new IllegalStateException("not called")),
                new CallOptions(Duration.ofSeconds(10))),
            new HostingContext.Limits(
                CAPACITY, 100, 100, Duration.ofHours(1), Duration.ofHours(1), MemoryWatch.NONE),
            Telemetry.OFF,
            Optional.empty(),
            notices,
            new Offloading(environment),
            _ -> {}),
        (address, grant, parting) -> {});
  }
}
