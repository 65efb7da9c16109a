package dev.orbit.proto;

import java.util.List;
import java.util.Map;

/**
 * Where a call stands among others.
 *
 * @param callId which call it is, so that its caller and its host mean the same one; 0 for a call
 *     that no turn waits for
 * @param chain the turns within which it is made, outermost first
 * @param baggage what flows down to all calls made within it, by name
 */
public record CallScope(long callId, List<CallLink> chain, Map<String, String> baggage) {
  /** Of a call made outside turns, with nothing to carry on. */
  public static final CallScope NONE = new CallScope(0, List.of(), Map.of());

  /**
   * How many turns may wait for one another. More than any reasonable program nests; a recursion
   * over actors ends here and not in the memory of every node on its way.
   */
  public static final int MAX_CHAIN = 64;

  public CallScope {
    chain = List.copyOf(chain);
    baggage = Map.copyOf(baggage);
  }
}
