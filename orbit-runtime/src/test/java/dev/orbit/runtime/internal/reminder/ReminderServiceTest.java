package dev.orbit.runtime.internal.reminder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.MissedFirings;
import dev.orbit.api.Reminder;
import dev.orbit.api.Schedule;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.ReminderKey;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StoredReminder;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.state.MemoryStateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One node's reminders in time that passes when the test says so. */
class ReminderServiceTest {
  private static final Fence FENCE = new Fence(1, 1);
  private static final int PARTITION = 3;

  private final ManualEnvironment environment = new ManualEnvironment();
  private final FlakyStore store = new FlakyStore();
  private final BitSet own = BitSet.valueOf(new long[] {1L << PARTITION});
  private final List<Delivered> delivered = new ArrayList<>();
  private final List<CompletableFuture<@Nullable Object>> open = new ArrayList<>();
  private boolean failing;
  private boolean holding;
  private final ReminderService service = service();

  private record Delivered(String actor, Reminder reminder, Instant at) {}

  private ReminderService service() {
    return new ReminderService(
        environment,
        "shop",
        store,
        new OwnPartitions() {
          @Override
          public int partitionOf(AddressableReference actor) {
            return PARTITION;
          }

          @Override
          public BitSet now() {
            return (BitSet) own.clone();
          }
        },
        this::deliver);
  }

  private CompletableFuture<@Nullable Object> deliver(
      AddressableReference actor, Reminder reminder) {
    delivered.add(new Delivered(actor.key().toString(), reminder, environment.wallTime()));
    if (holding) {
      CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
      open.add(answer);
      return answer;
    }
    return failing
        ? CompletableFuture.failedFuture(new IllegalStateException("planned"))
        : CompletableFuture.completedFuture(null);
  }

  @Test
  void deliversAtItsTimeWhatIsInTheStore() {
    service.start();
    set("a", Schedule.after(Duration.ofMinutes(10)), MissedFirings.ONCE);
    Instant due = environment.wallTime().plus(Duration.ofMinutes(10));

    environment.advance(Duration.ofMinutes(20));

    assertThat(delivered).hasSize(1);
    assertThat(Duration.between(due, delivered.getFirst().at())).isLessThan(Duration.ofMillis(2));
    assertThat(stored()).isEmpty();
  }

  @Test
  void deliversAtOnceWhatWasSetHereForNow() {
    service.start();
    StoredReminder reminder = set("a", Schedule.after(Duration.ZERO), MissedFirings.ONCE);

    service.onSet(reminder);
    environment.settle();

    assertThat(delivered).hasSize(1);
  }

  @Test
  void repeatsAnIntervalWithoutDrift() {
    service.start();
    Instant begin = environment.wallTime();
    set("a", Schedule.every(Duration.ofMinutes(1)), MissedFirings.ONCE);

    environment.advance(Duration.ofSeconds(601));

    assertThat(delivered).hasSize(10);
    assertThat(delivered.getLast().reminder().due().toEpochMilli())
        .isEqualTo(begin.plusSeconds(600).toEpochMilli());
    assertThat(ids()).hasSize(10);
    assertThat(delivered.getLast().reminder().occurrence()).isEqualTo(10);
  }

  @Test
  void triesAgainUnderTheSameIdUntilTheTurnEndsWell() {
    service.start();
    set("a", Schedule.after(Duration.ofSeconds(1)), MissedFirings.ONCE);
    failing = true;
    environment.advance(Duration.ofSeconds(30));
    int tries = delivered.size();
    failing = false;

    environment.advance(Duration.ofMinutes(2));

    // After 1, 2, 4, 8 s ...
    assertThat(tries).isEqualTo(5);
    assertThat(delivered).hasSize(6);
    assertThat(ids()).hasSize(1);
    assertThat(stored()).isEmpty();
  }

  @Test
  void whatWasCancelledDoesNotCome() {
    service.start();
    StoredReminder here = set("a", Schedule.after(Duration.ofSeconds(1)), MissedFirings.ONCE);
    StoredReminder elsewhere = set("b", Schedule.after(Duration.ofSeconds(2)), MissedFirings.ONCE);
    environment.advance(Duration.ofMillis(600));

    store.cancel(here.key(), FENCE);
    service.onCancelled(here.key());
    store.cancel(elsewhere.key(), FENCE);
    environment.advance(Duration.ofMinutes(1));

    assertThat(delivered).isEmpty();
    assertThat(service.size()).isZero();
  }

  @Test
  void whatWasSetAnewComesAtItsNewTimeOnly() {
    service.start();
    set("a", Schedule.after(Duration.ofSeconds(2)), MissedFirings.ONCE);
    environment.advance(Duration.ofSeconds(1));

    StoredReminder anew =
        set("a", Schedule.after(Duration.ofSeconds(10)), MissedFirings.ONCE, "1.1.2");
    environment.advance(Duration.ofMinutes(1));

    assertThat(delivered)
        .extracting(each -> each.reminder().occurrenceId())
        .containsExactly(anew.registration() + "-1");
  }

  @Test
  void leavesThePartitionsOfOthersAlone() {
    service.start();
    own.clear();
    set("a", Schedule.after(Duration.ofSeconds(1)), MissedFirings.ONCE);
    environment.advance(Duration.ofSeconds(10));
    int before = delivered.size();

    own.set(PARTITION);
    environment.advance(Duration.ofSeconds(1));

    assertThat(before).isZero();
    assertThat(delivered).hasSize(1);
  }

  @Test
  void theNextOwnerDeliversWhatTheLastOneDidNotFinish() {
    service.start();
    set("a", Schedule.after(Duration.ofSeconds(1)), MissedFirings.ONCE);
    holding = true;
    environment.advance(Duration.ofSeconds(5));
    service.stop();
    holding = false;

    ReminderService next = service();
    next.start();
    environment.advance(Duration.ofSeconds(5));

    assertThat(delivered).hasSize(2);
    assertThat(ids()).hasSize(1);
    assertThat(stored()).isEmpty();
  }

  @Test
  void twoThatBelieveToOwnAPartitionMoveAReminderOnOnce() {
    service.start();
    ReminderService twin = service();
    twin.start();
    set("a", Schedule.every(Duration.ofMinutes(1)), MissedFirings.ONCE);

    environment.advance(Duration.ofSeconds(61));

    assertThat(ids()).hasSize(1);
    assertThat(stored()).singleElement().extracting(StoredReminder::occurrence).isEqualTo(2L);
  }

  @Test
  void survivesAStoreThatIsDown() {
    service.start();
    set("a", Schedule.every(Duration.ofMinutes(1)), MissedFirings.ONCE);
    environment.advance(Duration.ofSeconds(59));
    store.down = true;
    environment.advance(Duration.ofMinutes(10));
    int whileDown = delivered.size();
    store.down = false;

    environment.advance(Duration.ofSeconds(90));

    // That one was in memory already; it could not be moved on until the store was back.
    assertThat(whileDown).isEqualTo(1);
    assertThat(ids()).hasSize(delivered.size());
    assertThat(delivered.size()).isBetween(2, 3);
  }

  @Test
  void anOutageIsFollowedByABoundedNumberAtATime() {
    int reminders = 2_000;
    for (int i = 0; i < reminders; i++) {
      set("actor-" + i, Schedule.every(Duration.ofMinutes(1)), MissedFirings.ONCE);
    }
    environment.advance(Duration.ofHours(1));
    holding = true;

    service.start();
    environment.advance(Duration.ofSeconds(1));
    int atOnce = open.size();
    while (!open.isEmpty()) {
      open.removeFirst().complete(null);
      environment.settle();
      assertThat(open.size()).isLessThanOrEqualTo(ReminderService.MOST_DELIVERING);
    }

    assertThat(atOnce).isEqualTo(ReminderService.MOST_DELIVERING);
    // Sixty were missed of each; they came as one.
    assertThat(delivered).hasSize(reminders);
  }

  @Test
  void whatCannotBeReadHarmsNoOther() {
    service.start();
    StoredReminder good = set("a", Schedule.after(Duration.ofSeconds(1)), MissedFirings.ONCE);
    store.set(
        new StoredReminder(
            key("b"), PARTITION, "1.1.1", 1, good.due(), "a form of a later release"),
        FENCE);

    environment.advance(Duration.ofSeconds(10));

    assertThat(delivered)
        .extracting(Delivered::actor)
        .containsExactly(good.key().actor().key().toString());
    assertThat(stored()).extracting(StoredReminder::key).containsExactly(key("b"));
  }

  private Set<String> ids() {
    Set<String> ids = new HashSet<>();
    delivered.forEach(each -> ids.add(each.actor() + each.reminder().occurrenceId()));
    return ids;
  }

  private List<StoredReminder> stored() {
    return store.due("shop", own, Instant.MAX.minusSeconds(1), 10_000);
  }

  private StoredReminder set(String actor, Schedule schedule, MissedFirings missed) {
    return set(actor, schedule, missed, "1.1.1");
  }

  private StoredReminder set(
      String actor, Schedule schedule, MissedFirings missed, String registration) {
    StoredReminder reminder =
        new StoredReminder(
            key(actor),
            PARTITION,
            registration,
            1,
            Plan.first(schedule, environment.wallTime()),
            Plan.of(schedule, missed).text());
    store.set(reminder, FENCE);
    return reminder;
  }

  private static ReminderKey key(String actor) {
    return new ReminderKey("shop", new AddressableReference("Cart", Key.of(actor)), "r");
  }

  /** Keeps reminders in memory, and is down when it is told to be. */
  private static final class FlakyStore implements ReminderStore {
    private final ReminderStore memory = new MemoryStateStore().reminders().orElseThrow();
    private boolean down;

    private ReminderStore reached() {
      if (down) {
        throw new StorageException(ErrorCode.STORE_UNAVAILABLE, "a planned failure");
      }
      return memory;
    }

    @Override
    public void set(StoredReminder reminder, Fence fence) {
      reached().set(reminder, fence);
    }

    @Override
    public boolean cancel(ReminderKey key, Fence fence) {
      return reached().cancel(key, fence);
    }

    @Override
    public List<StoredReminder> of(String cluster, AddressableReference actor) {
      return reached().of(cluster, actor);
    }

    @Override
    public List<StoredReminder> due(String cluster, BitSet partitions, Instant until, int most) {
      return reached().due(cluster, partitions, until, most);
    }

    @Override
    public List<Boolean> advance(List<Advance> advances) {
      return reached().advance(advances);
    }
  }
}
