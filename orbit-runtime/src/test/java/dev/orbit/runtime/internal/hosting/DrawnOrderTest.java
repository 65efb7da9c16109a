package dev.orbit.runtime.internal.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.DeactivationReason;
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
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.internal.simulated.ManualLease;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.transport.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Calls of one actor, cancellations, deadlines, requests to leave, and the end of its node, in a
 * drawn order, also in the middle of turns. Whatever comes: each call has one answer, turns never
 * overlap, those that run do so in the order in which they were made, and in the end nothing waits.
 */
class DrawnOrderTest {
  private static final int SEEDS = 1_000;
  private static final int STEPS = 60;
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final List<DeactivationReason> REASONS =
      List.of(
          DeactivationReason.IDLE,
          DeactivationReason.REQUESTED,
          DeactivationReason.STATE_CONFLICT,
          DeactivationReason.MOVED);

  @Test
  void eachCallIsAnsweredOnceAndTurnsFollowOneAnother() {
    int handed = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      handed += new Drawn(seed).run();
    }
    // Or nothing of this was tried.
    assertThat(handed).isGreaterThan(SEEDS);
  }

  private static final class Drawn {
    private final long seed;
    private final ManualEnvironment environment;
    private final RandomGenerator random;
    private final Journal journal = new Journal();
    private final ActorRegistration registration =
        Registrations.read(
                List.of(CounterActor.class), (actorClass, parameter) -> Optional.of(journal))
            .find("test.Counter")
            .orElseThrow();
    private final ActivationTable table;
    private final List<Call> calls = new ArrayList<>();
    private final List<RecordedAnswer> answers = new ArrayList<>();
    private final AddressableReference actor =
        new AddressableReference("test.Counter", Key.of("x"));
    private boolean inTurn;
    private boolean overlapped;
    private int foundIdle;
    private int grants;

    Drawn(long seed) {
      this.seed = seed;
      this.environment = new ManualEnvironment(seed);
      this.random = environment.random();
      this.table =
          new ActivationTable(
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
                      new CallOptions(TIMEOUT)),
                  new HostingContext.Limits(5, 100, 100, IDLE, IDLE, MemoryWatch.NONE),
                  Telemetry.OFF,
                  Optional.empty(),
                  probe -> {},
                  new Offloading(environment),
                  _ -> {}),
              (address, grant, parting) -> {});
      journal.during(this::turn);
    }

    int run() {
      for (int i = 0; i < STEPS; i++) {
        act(0);
      }
      if (random.nextBoolean()) {
        table.endAll();
      } else if (random.nextBoolean()) {
        table.abandon();
      }
      environment.settle();

      assertThat(overlapped).as("turns overlapped, seed %d", seed).isFalse();
      assertThat(answers)
          .as("answers of each call, seed %d", seed)
          .allSatisfy(answer -> assertThat(answer.all()).hasSize(1));
      assertThat(
              answers.stream()
                  .map(answer -> answer.all().getFirst())
                  .filter(Integer.class::isInstance)
                  .toList())
          .as("counts in the order of the calls, seed %d", seed)
          .isSortedAccordingTo((a, b) -> Integer.compare((Integer) a, (Integer) b))
          .doesNotHaveDuplicates();
      return foundIdle;
    }

    /** The code of each turn: others may get at it meanwhile. */
    private void turn() {
      overlapped |= inTurn;
      inTurn = true;
      for (int i = random.nextInt(4); i > 0; i--) {
        act(1);
      }
      inTurn = false;
    }

    private void act(int depth) {
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> call();
        case 4, 5, 6, 7 -> environment.step();
        case 8 -> drawnCall().ifPresent(Call::cancel);
        case 9 -> drawnCall().ifPresent(call -> call.expire("a", environment.nanoTime()));
        case 10 -> table.find(actor).ifPresent(present -> present.deactivate(drawnReason()));
        default -> {
          if (depth == 0 && random.nextInt(8) == 0) {
            environment.advance(IDLE.multipliedBy(2));
          } else if (random.nextInt(40) == 0) {
            table.abandon();
          }
        }
      }
    }

    private Optional<Call> drawnCall() {
      return calls.isEmpty()
          ? Optional.empty()
          : Optional.of(calls.get(random.nextInt(calls.size())));
    }

    private DeactivationReason drawnReason() {
      return REASONS.get(random.nextInt(REASONS.size()));
    }

    private void call() {
      RecordedAnswer answer = new RecordedAnswer();
      Call call =
          new Call(
              actor,
              registration.contract().method("increment").orElseThrow(),
              CallContext.root(environment.nanoTime(), TIMEOUT),
              () -> new @Nullable Object[0],
              answer);
      calls.add(call);
      answers.add(answer);
      foundIdle += table.find(actor).filter(Activation::isIdle).isPresent() && !inTurn ? 1 : 0;
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
}
