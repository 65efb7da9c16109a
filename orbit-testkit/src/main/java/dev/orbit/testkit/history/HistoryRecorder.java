package dev.orbit.testkit.history;

import dev.orbit.api.error.NotExecutedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Notes calls while they are made. Thread-safe: each client calls from its own thread.
 *
 * @param <I> what is asked
 * @param <O> what is answered
 */
public final class HistoryRecorder<I, O> {
  /** The most calls of one history: no checker could judge more. */
  public static final int MAX_CALLS = 1_000_000;

  /**
   * Counts beginnings and ends. A count orders them as a clock would, and never shows two at once.
   */
  private final AtomicLong order = new AtomicLong();

  private final Map<Long, Operation<I, O>> operations = new ConcurrentHashMap<>();

  /** An empty history. */
  public HistoryRecorder() {}

  /**
   * Makes a call and notes it. A call that fails with {@link NotExecutedException} surely did not
   * happen and is not part of the history; after any other failure its outcome counts as unknown.
   *
   * @param client who calls
   * @return what {@code call} answered
   * @throws IllegalStateException after {@value #MAX_CALLS} calls
   */
  public O call(int client, I input, Supplier<O> call) {
    long began = order.incrementAndGet();
    if (operations.size() >= MAX_CALLS) {
      throw new IllegalStateException("a history has at most %d calls".formatted(MAX_CALLS));
    }
    // Noted before it is made, so that a call that never returns is part of the history.
    operations.put(began, Operation.unknown(client, input, began));
    try {
      O output = call.get();
      operations.put(
          began, Operation.answered(client, input, output, began, order.incrementAndGet()));
      return output;
    } catch (NotExecutedException e) {
      operations.remove(began);
      throw e;
    }
  }

  /** The history so far, in the order in which the calls began. */
  public List<Operation<I, O>> history() {
    return new ArrayList<>(new TreeMap<>(operations).values());
  }
}
