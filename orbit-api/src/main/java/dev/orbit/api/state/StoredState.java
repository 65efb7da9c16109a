package dev.orbit.api.state;

import java.util.Optional;

/**
 * What a store holds for a key.
 *
 * @param version how often the key was written or cleared; 0 when it never was
 * @param value the bytes last written; empty when none were or they were cleared
 */
public record StoredState(long version, Optional<byte[]> value) {
  /** A key that was never written. */
  public static final StoredState ABSENT = new StoredState(0, Optional.empty());
}
