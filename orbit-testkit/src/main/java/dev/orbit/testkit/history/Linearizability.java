package dev.orbit.testkit.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks histories of concurrent calls. Parts of a model are checked one after the other; the first
 * that is not linearizable ends the check. Pure; may be called by any thread.
 */
public final class Linearizability {
  private Linearizability() {}

  /** As {@link #check(SequentialModel, List, CheckLimits)} with {@link CheckLimits#DEFAULT}. */
  public static <S, I, O> Verdict<S, I, O> check(
      SequentialModel<S, I, O> model, List<Operation<I, O>> history) {
    return check(model, history, CheckLimits.DEFAULT);
  }

  /**
   * Looks for an order of the calls that explains every answer.
   *
   * @param history in any order
   * @return {@link Verdict.Undecided} only if no part was found wrong and a limit was reached in
   *     one
   */
  public static <S, I, O> Verdict<S, I, O> check(
      SequentialModel<S, I, O> model, List<Operation<I, O>> history, CheckLimits limits) {
    long deadline = System.nanoTime() + limits.time().toNanos();
    Map<Object, List<Operation<I, O>>> parts = new LinkedHashMap<>();
    for (Operation<I, O> operation : history) {
      parts
          .computeIfAbsent(model.part(operation.input()), part -> new ArrayList<>())
          .add(operation);
    }
    Verdict<S, I, O> verdict = new Verdict.Linearizable<>();
    for (Map.Entry<Object, List<Operation<I, O>>> part : parts.entrySet()) {
      Verdict<S, I, O> found =
          new PartCheck<>(model, part.getKey(), part.getValue())
              .run(deadline, limits.configurations());
      switch (found) {
        case Verdict.Linearizable<S, I, O>() -> {}
        case Verdict.Undecided<S, I, O> undecided -> verdict = undecided;
        case Verdict.NotLinearizable<S, I, O> wrong -> {
          return wrong;
        }
      }
    }
    return verdict;
  }

  /**
   * As {@link #check(SequentialModel, List)}, for tests.
   *
   * @throws AssertionError unless the history is linearizable
   */
  public static <S, I, O> void assertLinearizable(
      SequentialModel<S, I, O> model, List<Operation<I, O>> history) {
    Verdict<S, I, O> verdict = check(model, history);
    if (!(verdict instanceof Verdict.Linearizable<S, I, O>)) {
      throw new AssertionError("%d calls: %s".formatted(history.size(), verdict));
    }
  }
}
