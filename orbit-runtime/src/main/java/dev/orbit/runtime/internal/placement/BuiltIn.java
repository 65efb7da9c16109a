package dev.orbit.runtime.internal.placement;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.placement.NodeLoad;
import dev.orbit.api.placement.PlacementCandidate;
import dev.orbit.api.placement.PlacementChoice;
import dev.orbit.api.placement.PlacementStrategy;
import java.util.List;
import java.util.function.Function;

/** A strategy that every node knows. */
record BuiltIn(String name, Function<PlacementChoice, MemberId> way) implements PlacementStrategy {
  /** Differences below these say nothing. */
  private static final double CPU_FLOOR = 0.2;

  private static final double ACTIVATIONS_FLOOR = 20;
  private static final double CALLS_FLOOR = 20;

  /** All of them. */
  static List<PlacementStrategy> all() {
    return List.of(
        new BuiltIn(HASH, PlacementChoice::byHash),
        new BuiltIn(RANDOM, BuiltIn::any),
        new BuiltIn(PREFER_LOCAL, BuiltIn::nearCaller),
        new BuiltIn(POWER_OF_TWO, BuiltIn::lessLoaded));
  }

  @Override
  public MemberId choose(PlacementChoice choice) {
    return way.apply(choice);
  }

  private static MemberId any(PlacementChoice choice) {
    List<PlacementCandidate> candidates = choice.candidates();
    return candidates.get(choice.random().nextInt(candidates.size())).member().id();
  }

  private static MemberId nearCaller(PlacementChoice choice) {
    return choice.caller().filter(choice::isCandidate).orElse(choice.byHash());
  }

  private static MemberId lessLoaded(PlacementChoice choice) {
    List<PlacementCandidate> candidates = choice.candidates();
    int first = choice.random().nextInt(candidates.size());
    if (candidates.size() == 1) {
      return candidates.getFirst().member().id();
    }
    int other = choice.random().nextInt(candidates.size() - 1);
    int second = other < first ? other : other + 1;
    PlacementCandidate one = candidates.get(first);
    PlacementCandidate two = candidates.get(second);
    return (isLess(two, one) ? two : one).member().id();
  }

  /** One of which nothing is known is as good as another. */
  private static boolean isLess(PlacementCandidate candidate, PlacementCandidate rival) {
    if (candidate.load().isEmpty() || rival.load().isEmpty()) {
      return false;
    }
    NodeLoad a = candidate.load().get();
    NodeLoad b = rival.load().get();
    // What a has of what both have, in each respect; half where they have equally much.
    double shares =
        share(a.cpu(), b.cpu(), CPU_FLOOR)
            + share(a.activations(), b.activations(), ACTIVATIONS_FLOOR)
            + share(a.calls(), b.calls(), CALLS_FLOOR);
    return shares < 1.5;
  }

  private static double share(double a, double b, double floor) {
    return (a + floor) / (a + b + 2 * floor);
  }
}
