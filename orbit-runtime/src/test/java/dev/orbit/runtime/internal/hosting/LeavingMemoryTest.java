package dev.orbit.runtime.internal.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.state.Fence;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.codec.JsonCodec;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.runtime.internal.directory.Grant;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.Registrations;
import dev.orbit.runtime.internal.registration.TypeOptions;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.internal.simulated.ManualLease;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.transport.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which activations leave memory when there are too many, or too little of it. */
class LeavingMemoryTest {
  private static final String TYPE = "test.Counter";
  private static final Duration IDLE = Duration.ofMinutes(10);
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final ManualEnvironment environment = new ManualEnvironment();
  private final ManualLease lease = new ManualLease();
  private final Journal journal = new Journal();
  private final AtomicBoolean memoryIsShort = new AtomicBoolean();
  private final List<Grant> over = new ArrayList<>();
  private Registrations registrations = registrations(TypeOptions.NONE);
  private long grants;

  @Test
  void theLeastUsedLeaveWhenThereAreMoreThanTheTarget() {
    ActivationTable table = table(20);
    for (int round = 0; round < 4; round++) {
      for (int hot = 0; hot < 10; hot++) {
        call(table, "hot-" + hot);
      }
      environment.advance(Duration.ofMinutes(1));
    }

    for (int cold = 0; cold < 200; cold++) {
      call(table, "cold-" + cold);
      environment.settle();
    }

    assertThat(table.size()).isLessThanOrEqualTo(20);
    assertThat(over).hasSize(210 - table.size());
    assertThat(journal.lines().stream().filter(line -> line.startsWith("deactivate hot")))
        .isEmpty();
    assertThat(journal.lines()).contains("deactivate cold-0 CAPACITY");
  }

  @Test
  void whatIsBusyNeverLeaves() {
    ActivationTable table = table(1);
    for (int i = 0; i < 10; i++) {
      call(table, "busy-" + i);
    }
    // All ten have a call in their mailbox, and nothing has run.
    assertThat(table.size()).isEqualTo(10);
    environment.settle();

    assertThat(journal.lines().stream().filter(line -> line.startsWith("activate"))).hasSize(10);
    call(table, "one-more");
    environment.settle();
    assertThat(table.size()).isLessThan(10);
  }

  @Test
  void aTenthOfTheIdleLeaveWhenMemoryIsShort() {
    ActivationTable table = table(1_000);
    for (int i = 0; i < 100; i++) {
      call(table, "key-" + i);
      environment.advance(Duration.ofMillis(1));
    }

    memoryIsShort.set(true);
    environment.advance(Duration.ofMillis(1_500));

    assertThat(table.size()).isEqualTo(90);
    assertThat(over).hasSize(10);
    assertThat(journal.lines()).contains("deactivate key-0 MEMORY_PRESSURE");
  }

  @Test
  void nobodyLeavesWhileThereIsRoom() {
    ActivationTable table = table(1_000);
    for (int i = 0; i < 100; i++) {
      call(table, "key-" + i);
    }

    environment.advance(IDLE.dividedBy(2));

    assertThat(table.size()).isEqualTo(100);
  }

  @Test
  void aTypeHasAnIdleTimeOfItsOwn() {
    registrations = registrations(TypeOptions.NONE.idleAfter(Duration.ofSeconds(5)));
    ActivationTable table = table(1_000);
    call(table, "x");

    environment.advance(Duration.ofSeconds(3));
    boolean early = table.isEmpty();
    environment.advance(Duration.ofSeconds(5));

    assertThat(early).isFalse();
    assertThat(table.isEmpty()).isTrue();
    assertThat(journal.lines()).containsExactly("activate x", "deactivate x IDLE");
  }

  private Registrations registrations(TypeOptions options) {
    return Registrations.read(
        List.of(CounterActor.class),
        (actorClass, parameter) -> Optional.of(journal),
        Map.of(TYPE, options));
  }

  private void call(ActivationTable table, String key) {
    ActorRegistration registration = registrations.find(TYPE).orElseThrow();
    Call call =
        new Call(
            new AddressableReference(TYPE, Key.of(key)),
            registration.contract().method("increment").orElseThrow(),
            CallContext.root(environment.nanoTime(), TIMEOUT),
            () -> new @Nullable Object[0],
            new RecordedAnswer());
    if (!table.deliver(call)) {
      grants++;
      table.activate(
          new Grant(0, grants, new Fence(1, grants)),
          registration,
          List.of(call),
          Optional.empty());
    }
  }

  private ActivationTable table(int target) {
    return new ActivationTable(
        new HostingContext(
            environment,
            lease,
            new MemoryStateStore(),
            new JsonCodec(
                (contract, key) -> {
                  throw new IllegalStateException("no references in these states");
                }),
            new ReferenceFactory(
                environment,
                invocation ->
                    CompletableFuture.failedFuture(new IllegalStateException("not called")),
                new CallOptions(TIMEOUT)),
            new HostingContext.Limits(
                100,
                10_000,
                target,
                IDLE,
                registrations.shortestIdle(IDLE),
                () -> memoryIsShort.getAndSet(false)),
            Telemetry.OFF,
            Optional.empty(),
            probe -> {},
            new Offloading(environment),
            _ -> {}),
        (address, grant, parting) -> over.add(grant));
  }
}
