package dev.orbit.testkit.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orbit.api.JournaledState;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.client.internal.codec.JsonCodec;
import dev.orbit.runtime.internal.persistence.PersistentJournal;
import dev.orbit.runtime.internal.persistence.StateAccess;
import dev.orbit.runtime.internal.registration.JournalSlot;
import dev.orbit.runtime.internal.registration.StateSlot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/**
 * What journals need of a store: what {@link StateStoreContract} asks for, seen from above.
 * Implement it in a test class beside that contract.
 */
public interface JournalContract {
  /** A fresh store with no data; closed by the test that took it. */
  StateStoreFixture fixture() throws Exception;

  /** What was appended. */
  record Added(int number) {}

  /** All that was appended. */
  record Log(List<Integer> numbers) implements JournaledState<Log, Added> {
    @Override
    public Log after(Added event) {
      List<Integer> more = new ArrayList<>(numbers);
      more.add(event.number());
      return new Log(List.copyOf(more));
    }
  }

  /** An activation's journal. */
  private static PersistentJournal<Log, Added> load(
      StateStore store, String actor, long fence, int snapshotEvery, ExecutorService threads) {
    return PersistentJournal.load(
        new JournalSlot(
            new StateSlot("log", Log.class, () -> new Log(List.of())), Added.class, snapshotEvery),
        new StateKey("kit", new AddressableReference("Kit", Key.of(actor)), "log"),
        new StateAccess(
            store,
            new JsonCodec(
                (contract, key) -> {
                  throw new IllegalStateException("no references in this journal");
                }),
            new Fence(fence, 1),
            () -> true,
            threads,
            refusal -> {}));
  }

  private static void append(PersistentJournal<Log, Added> journal, int from, int to) {
    for (int i = from; i <= to; i++) {
      journal.append(new Added(i));
    }
  }

  private static List<Integer> upTo(int last) {
    return java.util.stream.IntStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  default void eventsAreFoundAgainAfterAnyNumberOfSnapshots() throws Exception {
    try (StateStoreFixture fixture = fixture();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int length : new int[] {0, 1, 4, 5, 6, 23, 61}) {
        String actor = "length-" + length;
        append(load(fixture.store(), actor, 1, 5, threads), 1, length);

        PersistentJournal<Log, Added> later = load(fixture.other(), actor, 2, 5, threads);

        assertEquals(upTo(length), later.value().numbers());
        assertEquals(length, later.version());
      }
    }
  }

  @Test
  default void eventsOfOneAppendAreOneEntry() throws Exception {
    try (StateStoreFixture fixture = fixture();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      PersistentJournal<Log, Added> journal = load(fixture.store(), "many", 1, 100, threads);

      Log after = journal.appendAll(List.of(new Added(1), new Added(2), new Added(3)));

      assertEquals(upTo(3), after.numbers());
      assertEquals(1, journal.version());
      assertEquals(upTo(3), load(fixture.other(), "many", 2, 100, threads).value().numbers());
      assertThrows(IllegalArgumentException.class, () -> journal.appendAll(List.of()));
    }
  }

  @Test
  default void anEarlierActivationCannotAppendAnyMore() throws Exception {
    try (StateStoreFixture fixture = fixture();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int length : new int[] {0, 1, 7, 16, 40}) {
        String actor = "fenced-" + length;
        PersistentJournal<Log, Added> earlier = load(fixture.store(), actor, 1, 4, threads);
        append(earlier, 1, length);
        PersistentJournal<Log, Added> later = load(fixture.other(), actor, 2, 4, threads);

        StorageException refused =
            assertThrows(StorageException.class, () -> earlier.append(new Added(-1)));
        append(later, length + 1, length + 3);
        StorageException again =
            assertThrows(StorageException.class, () -> earlier.append(new Added(-2)));

        Set<ErrorCode> refusals = Set.of(ErrorCode.STATE_FENCED, ErrorCode.STATE_CONFLICT);
        assertTrue(refusals.contains(refused.code()), refused.getMessage());
        assertTrue(refusals.contains(again.code()), again.getMessage());
        assertEquals(
            upTo(length + 3), load(fixture.store(), actor, 3, 4, threads).value().numbers());
      }
    }
  }

  @Test
  default void theDistanceOfSnapshotsMayChange() throws Exception {
    try (StateStoreFixture fixture = fixture();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int last = 0;
      int fence = 1;
      for (int every : new int[] {3, 20, 1, 50, 7, 100}) {
        PersistentJournal<Log, Added> journal =
            load(fixture.store(), "distance", fence++, every, threads);
        assertEquals(upTo(last), journal.value().numbers());
        append(journal, last + 1, last + 13);
        last += 13;
      }
      assertEquals(
          upTo(last), load(fixture.other(), "distance", fence, 100, threads).value().numbers());
    }
  }

  @Test
  default void generatedSequencesOfAppendsFailuresAndActivationsLoseNothing() throws Exception {
    try (StateStoreFixture fixture = fixture();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (long seed = 1; seed <= 8; seed++) {
        new GeneratedAppends(fixture, seed, threads).run(120);
      }
    }
  }

  /** One sequence: what was acknowledged is there, in its order, and nothing that was refused. */
  final class GeneratedAppends {
    private final Random random;
    private final String actor;
    private final FaultyStateStore[] stores;
    private final ExecutorService threads;
    private final List<PersistentJournal<Log, Added>> earlier = new ArrayList<>();
    private PersistentJournal<Log, Added> journal;
    private List<Integer> sure = List.of();
    private int next = 1;
    private long fence = 1;

    GeneratedAppends(StateStoreFixture fixture, long seed, ExecutorService threads) {
      this.random = new Random(seed);
      this.actor = "generated-" + seed;
      this.threads = threads;
      this.stores =
          new FaultyStateStore[] {
            new FaultyStateStore(fixture.store()), new FaultyStateStore(fixture.other())
          };
      this.journal = load(stores[0], actor, fence, 3, threads);
    }

    void run(int steps) {
      for (int step = 0; step < steps; step++) {
        switch (random.nextInt(10)) {
          case 0 -> activateElsewhere();
          case 1 -> appendAsAnEarlierOne();
          case 2 -> appendWhile(true);
          case 3 -> appendWhile(false);
          default -> append();
        }
      }
      activateElsewhere();
    }

    private void append() {
      List<Added> events = draw();
      journal.appendAll(events);
      sure = plus(events);
      check();
    }

    private List<Added> draw() {
      List<Added> events = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        events.add(new Added(next++));
      }
      return events;
    }

    private List<Integer> plus(List<Added> events) {
      List<Integer> more = new ArrayList<>(sure);
      events.forEach(event -> more.add(event.number()));
      return more;
    }

    private void check() {
      assertEquals(sure, journal.value().numbers(), actor);
    }

    /** The store fails before or after one of its next operations. */
    private void appendWhile(boolean before) {
      List<Added> events = draw();
      for (FaultyStateStore store : stores) {
        if (before) {
          store.failBefore(1);
        } else {
          store.failAfter(1);
        }
      }
      boolean acknowledged = false;
      try {
        journal.appendAll(events);
        acknowledged = true;
      } catch (StorageException e) {
        assertTrue(
            e.code() == ErrorCode.STORE_UNAVAILABLE || e.code() == ErrorCode.WRITE_OUTCOME_UNKNOWN,
            e.getMessage());
      }
      for (FaultyStateStore store : stores) {
        store.failBefore(0);
        store.failAfter(0);
      }
      List<Integer> with = plus(events);
      List<Integer> found = journal.value().numbers();
      assertTrue(
          found.equals(with) || (!acknowledged && found.equals(sure)),
          () -> "%s: %s after %s".formatted(actor, found, with));
      sure = found;
    }

    private void activateElsewhere() {
      earlier.add(journal);
      int[] distances = {1, 3, 3, 3, 10};
      journal =
          load(
              stores[random.nextInt(2)],
              actor,
              ++fence,
              distances[random.nextInt(distances.length)],
              threads);
      check();
    }

    private void appendAsAnEarlierOne() {
      if (!earlier.isEmpty()) {
        PersistentJournal<Log, Added> one = earlier.get(random.nextInt(earlier.size()));
        assertThrows(StorageException.class, () -> one.append(new Added(-1)));
      }
    }
  }
}
