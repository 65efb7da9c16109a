package dev.orbit.faults.activation;

import dev.orbit.faults.activation.Findings.Called;
import dev.orbit.testkit.history.CheckLimits;
import dev.orbit.testkit.history.Linearizability;
import dev.orbit.testkit.history.Operation;
import dev.orbit.testkit.history.SequentialModel;
import dev.orbit.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Is there, for each actor, an order of its calls that explains every answer? Knows what callers
 * saw and nothing of what the store says.
 *
 * <p>A call of unknown outcome may have happened at any time, and when an actor could not be
 * reached for half a minute there are a hundred of them. Two things that are so in every order keep
 * the search short:
 *
 * <ul>
 *   <li>Whose name was seen by somebody as the last of {@code n} was the {@code n}-th to be
 *       counted, and no other.
 *   <li>Whose name was seen by nobody left no more than a count: one such call is like another.
 * </ul>
 */
final class TallyOrder {
  private static final CheckLimits LIMITS = CheckLimits.DEFAULT.withTime(Duration.ofMinutes(5));

  /** Of a call whose name nobody saw. No call has it. */
  private static final String UNSEEN = "?";

  private TallyOrder() {}

  static Verdict<?, ?, ?> check(Collection<Called> calls) {
    return check(calls, LIMITS);
  }

  static Verdict<?, ?, ?> check(Collection<Called> calls, CheckLimits limits) {
    Map<String, Long> seen = new HashMap<>();
    for (Called call : calls) {
      if (call.is("ok")) {
        // Were it seen at two places, one of the two answers would fit into no order.
        seen.putIfAbsent(call.seen().last(), call.seen().count());
      }
    }
    Map<String, Integer> clients = new HashMap<>();
    List<Operation<Asked, Tally.Count>> history = new ArrayList<>();
    for (Called call : calls) {
      int client = clients.computeIfAbsent(call.caller(), caller -> clients.size());
      if (call.is("ok")) {
        Asked asked = new Asked(call.actor(), added(call, call.name()), OptionalLong.empty());
        history.add(Operation.answered(client, asked, call.seen(), call.began(), call.ended()));
      } else if (call.is("unknown") && call.adds()) {
        Long place = seen.get(call.name());
        Asked asked =
            place == null
                ? new Asked(call.actor(), Optional.of(UNSEEN), OptionalLong.empty())
                : new Asked(call.actor(), Optional.of(call.name()), OptionalLong.of(place));
        history.add(Operation.unknown(client, asked, call.began()));
      }
    }
    return Linearizability.check(new TallyModel(), history, limits);
  }

  private static Optional<String> added(Called call, String name) {
    return call.adds() ? Optional.of(name) : Optional.empty();
  }

  /**
   * A call.
   *
   * @param adds the name of the call, if it is to be counted
   * @param place which one to be counted it must have been, if it was counted and somebody saw it
   */
  private record Asked(String actor, Optional<String> adds, OptionalLong place) {}

  /** One {@link Tally}; what adds is told what was there before. */
  private static final class TallyModel
      implements SequentialModel<Tally.Count, Asked, Tally.Count> {
    @Override
    public Tally.Count initial() {
      return Tally.Count.initial();
    }

    @Override
    public Optional<Tally.Count> step(Tally.Count state, Asked input, Tally.Count output) {
      return output.equals(state) ? Optional.of(unseen(state, input)) : Optional.empty();
    }

    @Override
    public Tally.Count unseen(Tally.Count state, Asked input) {
      boolean elsewhere =
          input.place().isPresent() && input.place().getAsLong() != state.count() + 1;
      return elsewhere ? state : input.adds().map(state::plus).orElse(state);
    }

    @Override
    public Object part(Asked input) {
      return input.actor();
    }
  }
}
