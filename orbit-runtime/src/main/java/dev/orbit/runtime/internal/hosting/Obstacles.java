package dev.orbit.runtime.internal.hosting;

import java.util.List;

/** What stands between a call that waits for an activation and its turn. Thread-safe. */
final class Obstacles {
  private Obstacles() {}

  /** The turns, and the part of the actor's life, whose end the call must wait for. */
  static List<Turn> of(Activation activation, Call call) {
    Turn present = activation.living();
    return present == null ? activation.order().blocking(call) : List.of(present);
  }

  /** Whether one of them is known to wait for this very call, and must end before it. */
  static boolean waitForIt(Activation activation, Call call) {
    if (call.context().chain().isEmpty()) {
      return false;
    }
    for (Turn turn : of(activation, call)) {
      if (turn.waitsFor(call)) {
        return true;
      }
    }
    return false;
  }

  /** The first of them, as the end of a sentence; empty if there is none. */
  static String inWords(Activation activation, Call call, long nowNanos) {
    List<Turn> all = of(activation, call);
    if (all.isEmpty()) {
      return "";
    }
    Turn first = all.getFirst();
    return ", behind %s, which has run for %s%s; %d calls wait"
        .formatted(
            first.link(),
            Call.since(first.begunNanos(), nowNanos),
            first.waitsInWords(nowNanos),
            activation.order().mailbox().size());
  }
}
