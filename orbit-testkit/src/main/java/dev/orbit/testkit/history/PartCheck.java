package dev.orbit.testkit.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The search for an order of the calls of one part, after Wing and Gong with Lowe's memory of
 * configurations.
 *
 * <p>Walk along the events in time. The beginning of a call that the model can answer as it was
 * answered is tried as the next of the order: the call is taken out and the walk begins again. The
 * end of a call that is still there means that the call should have been taken before: the last
 * choice is undone and the walk goes on behind it. A pair of the set of calls taken and the state
 * reached is never entered twice: what follows from it depends on nothing else.
 *
 * <p>Calls of unknown outcome have their end after everything; they need not be taken, and the
 * search is over when all answered calls are. Two of them that ask the same can be exchanged in any
 * order without anybody seeing it, so that only the one that began first is tried: of fifty of
 * which twenty happened the number of choices is fifty, not that of all ways to choose twenty.
 */
final class PartCheck<S, I, O> {
  private static final int STEPS_BETWEEN_LOOKS_AT_THE_CLOCK = 1024;

  /** Which calls were taken, and the state that they led to. */
  private static final class Configuration {
    private final long[] taken;
    private final Object state;
    private final int hash;

    Configuration(long[] taken, Object state) {
      this.taken = taken;
      this.state = state;
      this.hash = 31 * Arrays.hashCode(taken) + state.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Configuration that
          && hash == that.hash
          && Arrays.equals(taken, that.taken)
          && state.equals(that.state);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private record Choice<S>(int call, S before) {}

  private final SequentialModel<S, I, O> model;
  private final Object part;
  private final List<Operation<I, O>> operations;
  private final CallSequence sequence;
  private final long[] taken;

  /** Of each call of unknown outcome: the one before it that asks the same, else -1. */
  private final int[] twins;

  private final List<Choice<S>> choices = new ArrayList<>();
  private final Set<Configuration> seen = new HashSet<>();
  private List<Operation<I, O>> longest = List.of();
  private S longestState;
  private int stuckAt = -1;
  private int answeredLeft;

  PartCheck(SequentialModel<S, I, O> model, Object part, List<Operation<I, O>> operations) {
    this.model = model;
    this.part = part;
    this.operations = operations;
    this.sequence = new CallSequence(operations);
    this.taken = new long[(operations.size() + 63) / 64];
    this.twins = twins(operations);
    this.longestState = model.initial();
    for (Operation<I, O> operation : operations) {
      answeredLeft += operation.output().isPresent() ? 1 : 0;
    }
  }

  private static int[] twins(List<? extends Operation<?, ?>> operations) {
    int[] twins = new int[operations.size()];
    Arrays.fill(twins, -1);
    Map<Object, Integer> last = new HashMap<>();
    IntStream.range(0, operations.size())
        .filter(call -> operations.get(call).output().isEmpty())
        .boxed()
        .sorted(Comparator.comparingLong(call -> operations.get(call).began()))
        .forEach(
            call -> {
              Integer before = last.put(operations.get(call).input(), call);
              twins[call] = before == null ? -1 : before;
            });
    return twins;
  }

  Verdict<S, I, O> run(long deadline, int maxConfigurations) {
    S state = model.initial();
    int event = sequence.first();
    int steps = 0;
    while (answeredLeft > 0) {
      if (++steps % STEPS_BETWEEN_LOOKS_AT_THE_CLOCK == 0 && System.nanoTime() - deadline > 0) {
        return new Verdict.Undecided<>(part, "the time was up");
      }
      if (seen.size() >= maxConfigurations) {
        return new Verdict.Undecided<>(
            part, "%d configurations were remembered".formatted(maxConfigurations));
      }
      if (sequence.isBeginning(event)) {
        S after = taken(event, state);
        if (after != null) {
          choices.add(new Choice<>(event, state));
          take(event);
          state = after;
          event = sequence.first();
        } else {
          event = sequence.after(event);
        }
        continue;
      }
      remember(event, state);
      if (choices.isEmpty()) {
        return new Verdict.NotLinearizable<>(part, longest, longestState, operations.get(stuckAt));
      }
      Choice<S> undone = choices.removeLast();
      putBack(undone.call());
      state = undone.before();
      event = sequence.after(undone.call());
    }
    return new Verdict.Linearizable<>();
  }

  /**
   * The state after the call as the next of the order; null if that is impossible or leads where
   * the search has been.
   */
  private @Nullable S taken(int call, S state) {
    if (twins[call] >= 0 && !isTaken(twins[call])) {
      return null;
    }
    Operation<I, O> operation = operations.get(call);
    Optional<O> output = operation.output();
    S after;
    if (output.isPresent()) {
      Optional<S> stepped = model.step(state, operation.input(), output.get());
      if (stepped.isEmpty()) {
        return null;
      }
      after = stepped.get();
    } else {
      after = model.unseen(state, operation.input());
      if (after.equals(state)) {
        // Without effect and without a witness: taking it now or never is the same.
        return null;
      }
    }
    long[] with = taken.clone();
    with[call >> 6] |= 1L << (call & 63);
    return seen.add(new Configuration(with, after)) ? after : null;
  }

  private boolean isTaken(int call) {
    return (taken[call >> 6] & 1L << (call & 63)) != 0;
  }

  private void take(int call) {
    sequence.lift(call);
    taken[call >> 6] |= 1L << (call & 63);
    answeredLeft -= operations.get(call).output().isPresent() ? 1 : 0;
  }

  private void putBack(int call) {
    sequence.unlift(call);
    taken[call >> 6] &= ~(1L << (call & 63));
    answeredLeft += operations.get(call).output().isPresent() ? 1 : 0;
  }

  private void remember(int end, S state) {
    if (stuckAt < 0 || choices.size() > longest.size()) {
      stuckAt = sequence.callOf(end);
      longestState = state;
      longest = choices.stream().map(choice -> operations.get(choice.call())).toList();
    }
  }
}
