package dev.orbit.raft.internal.grpc;

import java.util.Map;

/**
 * What a voter tells a peer that it lets in.
 *
 * @param store its own
 * @param term no vote of the voter is for a later one
 * @param full whether the voter has all that it ever acknowledged
 * @param known the stores of the others, as it remembers them
 */
public record Introduction(Store store, long term, boolean full, Map<String, Store> known) {
  public Introduction {
    known = Map.copyOf(known);
  }
}
