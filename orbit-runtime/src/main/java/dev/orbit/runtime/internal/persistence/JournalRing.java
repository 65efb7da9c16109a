package dev.orbit.runtime.internal.persistence;

import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StoredState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The places in which a journal's entries stand, in turn, and the versions under which the store
 * holds them. Confined to the turns of one activation.
 */
final class JournalRing {
  /** So many places are claimed at once: one commit of the store, however many they are. */
  private static final int CLAIMED_AT_ONCE = 32;

  private static final long UNKNOWN = -1;

  private final StateKey head;
  private final StateAccess access;
  private final long[] versions;

  JournalRing(StateKey head, StateAccess access, int places) {
    this.head = head;
    this.access = access;
    this.versions = new long[places];
    Arrays.fill(versions, UNKNOWN);
  }

  int places() {
    return versions.length;
  }

  private int place(long number) {
    return (int) ((number - 1) % versions.length);
  }

  private StateKey key(long number) {
    return new StateKey(head.cluster(), head.actor(), head.name() + "~" + place(number));
  }

  /**
   * Claims the places of the entries from {@code first} on, at most up to {@code last}, so that no
   * earlier activation can append there any more.
   *
   * @return what the places hold
   */
  List<StoredState> claim(long first, long last) {
    List<CompletableFuture<StoredState>> claims = new ArrayList<>();
    for (long number = first; number <= last && number < first + CLAIMED_AT_ONCE; number++) {
      StateKey key = key(number);
      claims.add(
          CompletableFuture.supplyAsync(
              () -> access.store().claim(key, access.fence()), access.threads()));
    }
    List<StoredState> held = new ArrayList<>();
    long number = first;
    for (CompletableFuture<StoredState> claim : claims) {
      StoredState state = joined(claim);
      versions[place(number)] = state.version();
      held.add(state);
      number++;
    }
    return held;
  }

  private static StoredState joined(CompletableFuture<StoredState> claim) {
    try {
      return claim.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StorageException refused) {
        throw refused;
      }
      throw e;
    }
  }

  /** Makes sure that the version of an entry's place is known; {@code last} may be claimed too. */
  void know(long number, long last) {
    if (versions[place(number)] == UNKNOWN) {
      claim(number, last);
    }
  }

  /** Writes an entry into its place. */
  void write(long number, byte[] entry) {
    int place = place(number);
    versions[place] =
        access.store().write(key(number), versions[place], access.fence(), Optional.of(entry));
  }
}
