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
import dev.orbit.runtime.internal.directory.Parting;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.Registrations;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which activations are let go after a node has joined, and how fast. */
class RebalancingTest {
  private static final String TYPE = "test.Counter";
  private static final Duration IDLE = Duration.ofHours(1);
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final Duration AFTER = Duration.ofSeconds(30);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualEnvironment environment = new ManualEnvironment();
  private final ManualLease lease = new ManualLease();
  private final Journal journal = new Journal();
  private final List<Parting> partings = new ArrayList<>();
  private final Registrations registrations =
      Registrations.read(
          List.of(CounterActor.class), (actorClass, parameter) -> Optional.of(journal), Map.of());
  private final ActivationTable table =
      new ActivationTable(
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
              new HostingContext.Limits(100, 10_000, 10_000, IDLE, IDLE, MemoryWatch.NONE),
              Telemetry.OFF,
              Optional.empty(),
              probe -> {},
              new Offloading(environment),
              _ -> {}),
          (address, grant, parting) -> partings.add(parting));
  private long grants;

  private Rebalancing rebalancing(int perSecond) {
    Rebalancing made =
        new Rebalancing(environment, table, new Rebalancing.Pacing(perSecond, AFTER));
    environment.scheduleRepeatedly(Duration.ofMillis(50), made::tick);
    return made;
  }

  @Test
  void nothingGoesBeforeTheMembersHaveBeenTheSameForAWhileAndThenSoManyASecond() {
    call(40);
    Rebalancing rebalancing = rebalancing(10);

    rebalancing.begin((address, grant) -> true, grants);
    environment.advance(AFTER.minusMillis(100));
    int before = table.size();
    rebalancing.begin((address, grant) -> true, grants);
    environment.advance(AFTER.minusMillis(100));
    int afterAnotherChange = table.size();
    environment.advance(SECOND);
    int afterASecond = table.size();
    environment.advance(SECOND.multipliedBy(5));

    assertThat(before).isEqualTo(40);
    assertThat(afterAnotherChange).isEqualTo(40);
    assertThat(afterASecond).isBetween(28, 32);
    assertThat(table.size()).isZero();
    assertThat(partings).hasSize(40).allMatch(Parting::moves);
    assertThat(rebalancing.isUnderWay()).isFalse();
  }

  @Test
  void thoseThatHaveBeenIdleLongestGoFirst() {
    call(20);
    environment.advance(SECOND);
    for (int i = 0; i < 10; i++) {
      call("key-" + i);
    }
    Rebalancing rebalancing = rebalancing(10);

    rebalancing.begin((address, grant) -> true, grants);
    environment.advance(AFTER.plusMillis(950));

    assertThat(table.size()).isEqualTo(10);
    for (int i = 0; i < 10; i++) {
      assertThat(table.find(new AddressableReference(TYPE, Key.of("key-" + i)))).isPresent();
    }
  }

  @Test
  void whatIsWhereItShouldBeStaysAndSoDoesWhatHasComeSince() {
    call(20);
    long last = grants;
    call("late");
    Rebalancing rebalancing = rebalancing(1_000);

    rebalancing.begin((address, grant) -> grant.activation() % 2 == 1, last);
    environment.advance(AFTER.plus(SECOND.multipliedBy(3)));

    assertThat(table.size()).isEqualTo(11);
    assertThat(table.find(new AddressableReference(TYPE, Key.of("late")))).isPresent();
    assertThat(rebalancing.isUnderWay()).isFalse();
  }

  @Test
  void whereItIsSwitchedOffEverythingStays() {
    call(20);
    Rebalancing rebalancing = rebalancing(0);

    rebalancing.begin((address, grant) -> true, grants);
    environment.advance(AFTER.multipliedBy(3));

    assertThat(table.size()).isEqualTo(20);
  }

  @Test
  void whatGoesIsToldSo() {
    call("x");
    Rebalancing rebalancing = rebalancing(1);

    rebalancing.begin((address, grant) -> true, grants);
    environment.advance(AFTER.plus(SECOND));

    assertThat(journal.lines()).containsExactly("activate x", "deactivate x MOVED");
  }

  private void call(int count) {
    for (int i = 0; i < count; i++) {
      call("key-" + i);
    }
  }

  private void call(String key) {
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
}
