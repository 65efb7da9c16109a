package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.proto.Content;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What activations have left to the next ones of their actors, at the owners of their partitions.
 *
 * <p>It is kept from the end of an activation to the next grant of that actor, whoever gets it, for
 * as long as this node owns the partition, and for a minute: so nothing is ever taken up that a
 * later activation does not continue. What there is no room for is dropped, and the actor begins
 * without it.
 *
 * <p>Thread-safe by its monitor, which is taken after those of seats and holds no other.
 */
final class Baggage {
  /** Of everything that is kept here. */
  static final int MOST_BYTES = 32 << 20;

  /** About a minute. */
  static final int KEPT_TICKS = 1_200;

  private final Map<AddressableReference, Piece> pieces = new HashMap<>(0);
  private int bytes;

  private static final class Piece {
    final int partition;
    final Content.Carried carried;
    int ticks;

    Piece(int partition, Content.Carried carried) {
      this.partition = partition;
      this.carried = carried;
    }
  }

  synchronized void put(AddressableReference address, int partition, Content.Carried carried) {
    take(address);
    if (bytes + carried.bytes().length <= MOST_BYTES) {
      bytes += carried.bytes().length;
      pieces.put(address, new Piece(partition, carried));
    }
  }

  /** Hands out what is kept for the actor; it is not kept any more. */
  synchronized Optional<Content.Carried> take(AddressableReference address) {
    @Nullable Piece piece = pieces.remove(address);
    if (piece == null) {
      return Optional.empty();
    }
    bytes -= piece.carried.bytes().length;
    return Optional.of(piece.carried);
  }

  /** This node does not own the partition any more. */
  synchronized void drop(int partition) {
    if (!pieces.isEmpty()) {
      pieces.values().removeIf(piece -> piece.partition == partition && gone(piece));
    }
  }

  /** Drops what has been kept for long enough; whether something is left. */
  synchronized boolean tick() {
    if (!pieces.isEmpty()) {
      pieces.values().removeIf(piece -> ++piece.ticks > KEPT_TICKS && gone(piece));
    }
    return !pieces.isEmpty();
  }

  private boolean gone(Piece piece) {
    bytes -= piece.carried.bytes().length;
    return true;
  }

  synchronized int bytes() {
    return bytes;
  }
}
