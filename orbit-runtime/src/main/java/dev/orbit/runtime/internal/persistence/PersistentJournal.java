package dev.orbit.runtime.internal.persistence;

import dev.orbit.api.Journal;
import dev.orbit.api.JournaledState;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StoredState;
import dev.orbit.runtime.internal.registration.JournalSlot;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One journal of one activation, on the keys and values that every store has.
 *
 * <p>The <em>head</em>, under the journal's own name, holds the last snapshot, how many entries it
 * contains, and the size of the <em>ring</em>: the keys {@code name~0, name~1, ...} in which
 * further entries stand in turn, each with its number. An entry is one write of its place, which
 * costs what the events cost. A snapshot is one write of the head; it frees the places of the
 * entries that it contains. An entry's place is taken again only when a snapshot contains what it
 * holds, and the ring is twice as large as the distance of snapshots, so that one that fails can be
 * tried again for a while.
 *
 * <p><b>Why no earlier activation can append.</b> Loading claims the head, then the places of the
 * entries after the snapshot, up to and with the first that does not hold its entry: the end. An
 * earlier activation knows a prefix of the entries, and can only append the next after it. If that
 * one is there already its place has another version, and the write conflicts; if not, its place is
 * the claimed end, and the write is fenced.
 *
 * <p>Confined to the turns of its actor.
 */
public final class PersistentJournal<S extends JournaledState<S, E>, E> implements Journal<S, E> {
  /** How many events may be appended at once. */
  static final int MOST_EVENTS = 1_000;

  private static final int LEAST_PLACES = 8;

  private static final Logger LOG = LoggerFactory.getLogger(PersistentJournal.class);

  private final JournalSlot slot;
  private final StateKey key;
  private final StateAccess access;
  private final JournalForm form;
  private JournalRing ring;
  private S value;
  private long headVersion;
  private long inSnapshot;
  private long entries;
  private boolean unsure;
  private boolean headUnsure;

  private PersistentJournal(JournalSlot slot, StateKey key, StateAccess access) {
    this.slot = slot;
    this.key = key;
    this.access = access;
    this.form = new JournalForm(slot, key, access.codec());
    this.ring = new JournalRing(key, access, places());
    this.value = cast(slot.state().initial().get());
  }

  /**
   * Claims and reads the journal; blocks.
   *
   * @throws StorageException if the store fails, a later activation exists, or what is stored
   *     cannot be decoded
   */
  public static <S extends JournaledState<S, E>, E> PersistentJournal<S, E> load(
      JournalSlot slot, StateKey key, StateAccess access) {
    PersistentJournal<S, E> journal = new PersistentJournal<>(slot, key, access);
    journal.read();
    return journal;
  }

  private int places() {
    return Math.max(LEAST_PLACES, 2 * slot.snapshotEvery());
  }

  @SuppressWarnings("unchecked") // The slot's supplier and the codec make values of its type.
  private S cast(Object made) {
    return (S) made;
  }

  @SuppressWarnings("unchecked") // The codec makes events of the slot's type.
  private S after(S before, List<?> events) {
    S result = before;
    for (Object event : events) {
      result = result.after((E) event);
    }
    return result;
  }

  private void read() {
    asked(
        () -> {
          StoredState head = access.store().claim(key, access.fence());
          headVersion = head.version();
          JournalForm.Head snapshot =
              head.value()
                  .map(form::decodeHead)
                  .orElseGet(() -> new JournalForm.Head(0, places(), slot.state().initial().get()));
          ring = new JournalRing(key, access, snapshot.ring());
          inSnapshot = snapshot.entries();
          entries = inSnapshot;
          value = cast(snapshot.value());
          readEntries();
          return head;
        });
    unsure = false;
    headUnsure = false;
  }

  private void readEntries() {
    boolean more = true;
    while (more && entries < lastPossible()) {
      List<StoredState> places = ring.claim(entries + 1, lastPossible());
      for (int i = 0; i < places.size() && more; i++) {
        Optional<byte[]> held =
            places.get(i).value().filter(bytes -> form.numberOf(bytes) == entries + 1);
        more = held.isPresent();
        if (more) {
          replay(form.decodeEntry(held.get()));
        }
      }
    }
  }

  private void replay(JournalForm.Entry entry) {
    try {
      value = after(value, entry.events());
      entries = entry.number();
    } catch (RuntimeException e) {
      throw form.unreadable("entry %d: after() failed with %s".formatted(entry.number(), e), e);
    }
  }

  private long lastPossible() {
    return inSnapshot + ring.places();
  }

  /** After an append of which nobody knows whether it happened the store alone knows. */
  private void settle() {
    if (unsure) {
      read();
    }
  }

  @Override
  public S value() {
    settle();
    return value;
  }

  @Override
  public long version() {
    settle();
    return entries;
  }

  @Override
  public S append(E event) {
    return appendAll(List.of(event));
  }

  @Override
  public S appendAll(List<? extends E> events) {
    if (events.isEmpty() || events.size() > MOST_EVENTS) {
      throw new IllegalArgumentException(
          "%d events for journal %s; allowed are 1 to %d at once"
              .formatted(events.size(), key, MOST_EVENTS));
    }
    settle();
    S next = after(value, events);
    long number = entries + 1;
    byte[] entry = form.encode(new JournalForm.Entry(number, List.copyOf(events)));
    access.checkMayWrite(key);
    makeRoom();
    asked(
        () -> {
          ring.know(number, lastPossible());
          ring.write(number, entry);
          return number;
        });
    value = next;
    entries = number;
    if (entries - inSnapshot >= slot.snapshotEvery()) {
      tryToSnapshot();
    }
    return next;
  }

  /**
   * There must be a head that says how large the ring is, and a place whose entry is not needed.
   */
  private void makeRoom() {
    if (headVersion == 0 || entries == lastPossible() || ring.places() != places()) {
      asked(this::snapshot);
    }
  }

  /** The events are durable already: when this fails it is tried again with the next. */
  private void tryToSnapshot() {
    try {
      snapshot();
    } catch (StorageException e) {
      if (isRefusal(e)) {
        access.onRefused().accept(e);
      } else {
        headUnsure = true;
      }
      LOG.warn("event=snapshot-failed journal={} reason={}", key, e.description());
    } catch (RuntimeException e) {
      headUnsure = true;
      LOG.warn("event=snapshot-failed journal={} reason={}", key, e.toString());
    }
  }

  private long snapshot() {
    if (headUnsure) {
      headVersion = access.store().claim(key, access.fence()).version();
      headUnsure = false;
    }
    byte[] head = form.encode(new JournalForm.Head(entries, places(), value));
    access.checkMayWrite(key);
    headVersion = access.store().write(key, headVersion, access.fence(), Optional.of(head));
    inSnapshot = entries;
    if (ring.places() != places()) {
      ring = new JournalRing(key, access, places());
    }
    return headVersion;
  }

  @Override
  public void refresh() {
    read();
  }

  private static boolean isRefusal(StorageException e) {
    return e.code() == ErrorCode.STATE_CONFLICT || e.code() == ErrorCode.STATE_FENCED;
  }

  /**
   * Asks the store; what it refuses ends the activation, all else makes the journal be read anew.
   */
  private <T> T asked(Supplier<T> operation) {
    try {
      return operation.get();
    } catch (StorageException e) {
      if (isRefusal(e)) {
        access.onRefused().accept(e);
      } else {
        unsure = true;
      }
      throw e;
    } catch (RuntimeException e) {
      unsure = true;
      throw new StorageException(
          ErrorCode.WRITE_OUTCOME_UNKNOWN,
          "whether %s was written is not known: the store failed with %s".formatted(key, e),
          e);
    }
  }
}
