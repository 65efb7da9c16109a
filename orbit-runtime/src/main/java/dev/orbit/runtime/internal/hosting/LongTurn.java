package dev.orbit.runtime.internal.hosting;

import java.util.List;

/**
 * A turn that runs for long.
 *
 * @param turn which, as {@code type/key.method}
 * @param millis for how long so far
 * @param stack where it stands, innermost first; empty when it has just ended
 */
public record LongTurn(String turn, long millis, List<StackTraceElement> stack) {
  public LongTurn {
    stack = List.copyOf(stack);
  }
}
