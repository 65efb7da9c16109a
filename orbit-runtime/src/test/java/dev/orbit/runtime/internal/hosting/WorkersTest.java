package dev.orbit.runtime.internal.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.StatelessWorker;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.codec.JsonCodec;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.Registrations;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.internal.simulated.ManualLease;
import dev.orbit.runtime.spi.ActorDependencies;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.transport.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stateless workers of one node, two of each address at most. */
class WorkersTest {
  private static final String TYPE = "test.Counter";
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final AtomicInteger MADE = new AtomicInteger();

  private final ManualEnvironment environment = new ManualEnvironment();
  private final ManualLease lease = new ManualLease();
  private final ActorRegistration registration =
      Registrations.read(List.of(WorkerActor.class), ActorDependencies.NONE)
          .find(TYPE)
          .orElseThrow();
  private ActivationTable table = table(100);

  @StatelessWorker(max = 2)
  static final class WorkerActor implements Counter {
    private int calls;

    WorkerActor() {
      MADE.incrementAndGet();
    }

    @Override
    public int increment() {
      return ++calls;
    }

    @Override
    public CompletionStage<String> later() {
      return CompletableFuture.completedFuture("done");
    }

    @Override
    public void stop() {}

    @Override
    public void fail(String message) {}
  }

  @BeforeEach
  void reset() {
    MADE.set(0);
  }

  @Test
  void oneThatIsIdleTakesTheNextCall() {
    RecordedAnswer first = call("x", "increment");
    environment.settle();
    RecordedAnswer second = call("x", "increment");
    environment.settle();

    assertThat(first.all()).containsExactly(1);
    assertThat(second.all()).containsExactly(2);
    assertThat(MADE).hasValue(1);
  }

  @Test
  void whileAllAreBusyOthersAreMadeUpToTheBoundAndThenCallsWait() {
    RecordedAnswer first = call("x", "increment");
    RecordedAnswer second = call("x", "increment");
    RecordedAnswer third = call("x", "increment");
    Map<String, Integer> sizes = table.sizeByType();
    environment.settle();

    assertThat(sizes).containsExactly(Map.entry(TYPE, 2));
    assertThat(first.all()).containsExactly(1);
    assertThat(second.all()).containsExactly(1);
    assertThat(third.all()).containsExactly(2);
    assertThat(MADE).hasValue(2);
  }

  @Test
  void eachAddressHasItsOwn() {
    call("x", "increment");
    call("x", "increment");
    RecordedAnswer other = call("y", "increment");
    environment.settle();

    assertThat(other.all()).containsExactly(1);
    assertThat(table.size()).isEqualTo(3);
    assertThat(table.grantOf(ref("x"))).isNull();
    assertThat(table.active(TYPE)).isEmpty();
  }

  @Test
  void thoseThatAreIdleLeaveMemory() {
    call("x", "increment");
    call("x", "increment");
    environment.settle();
    environment.advance(IDLE.multipliedBy(2));

    assertThat(table.isEmpty()).isTrue();
    assertThat(table.size()).isZero();
    RecordedAnswer later = call("x", "increment");
    environment.settle();
    assertThat(later.all()).containsExactly(1);
  }

  @Test
  void whereThereIsNoRoomForAnotherCallsWait() {
    table = table(1);
    call("x", "increment");
    RecordedAnswer second = call("x", "increment");
    RecordedAnswer other = call("y", "increment");
    environment.settle();

    assertThat(second.all()).containsExactly(2);
    assertThat(other.wasRefusedWith(ErrorCode.OVERLOADED)).isTrue();
    assertThat(other.message()).contains("max-activations");
  }

  @Test
  void aNodeThatStopsEndsThemAndRefusesCalls() {
    call("x", "increment");
    environment.settle();

    table.endAll();
    environment.settle();
    RecordedAnswer later = call("x", "increment");
    environment.settle();

    assertThat(table.isEmpty()).isTrue();
    assertThat(later.wasRefusedWith(ErrorCode.SHUTTING_DOWN)).isTrue();
  }

  @Test
  void aNodeThatHasLostItsLeaseDropsThem() {
    RecordedAnswer waiting = call("x", "increment");

    table.abandon();
    RecordedAnswer later = call("x", "increment");
    environment.settle();

    assertThat(waiting.wasRefusedWith(ErrorCode.LEASE_LOST)).isTrue();
    assertThat(later.wasRefusedWith(ErrorCode.LEASE_LOST)).isTrue();
  }

  private RecordedAnswer call(String key, String method) {
    RecordedAnswer answer = new RecordedAnswer();
    table.deliver(
        new Call(
            ref(key),
            registration.contract().method(method).orElseThrow(),
            CallContext.root(environment.nanoTime(), TIMEOUT),
            () -> new @Nullable Object[0],
            answer),
        registration);
    return answer;
  }

  private static AddressableReference ref(String key) {
    return new AddressableReference(TYPE, Key.of(key));
  }

  private ActivationTable table(int maxActivations) {
    return new ActivationTable(
        new HostingContext(
            environment,
            lease,
            new MemoryStateStore(),
            new JsonCodec(
                (contract, key) -> {
                  throw new IllegalStateException("no references here");
                }),
            new ReferenceFactory(
                environment,
                invocation ->
                    CompletableFuture.failedFuture(new IllegalStateException("not called")),
                new CallOptions(TIMEOUT)),
            new HostingContext.Limits(
                10, maxActivations, maxActivations, IDLE, IDLE, MemoryWatch.NONE),
            Telemetry.OFF,
            Optional.empty(),
            probe -> {},
            new Offloading(environment),
            _ -> {}),
        (address, grant, parting) -> {
          throw new AssertionError("a worker has told the directory of its end: " + address);
        });
  }
}
