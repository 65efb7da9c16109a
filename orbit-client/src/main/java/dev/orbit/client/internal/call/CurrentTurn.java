package dev.orbit.client.internal.call;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The turn that a thread runs. */
public final class CurrentTurn {
  private static final ScopedValue<CallingTurn> CURRENT = ScopedValue.newInstance();

  private CurrentTurn() {}

  /** The turn that this thread runs; null outside turns. */
  public static @Nullable CallingTurn get() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  /** Runs {@code action} as a part of {@code turn}. */
  public static void run(CallingTurn turn, Runnable action) {
    ScopedValue.where(CURRENT, turn).run(action);
  }

  /** Calls {@code action} as a part of {@code turn}. */
  public static <T> T call(CallingTurn turn, Callable<T> action) throws Exception {
    return ScopedValue.where(CURRENT, turn).call(action::call);
  }
}
