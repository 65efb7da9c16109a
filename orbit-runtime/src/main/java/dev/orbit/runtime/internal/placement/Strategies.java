package dev.orbit.runtime.internal.placement;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.placement.PlacementStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The strategies that a node knows, by name.
 *
 * <p>Immutable.
 */
public final class Strategies {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Map<String, PlacementStrategy> byName;

  private Strategies(Map<String, PlacementStrategy> byName) {
    this.byName = Map.copyOf(byName);
  }

  /**
   * The built-in ones, those on the class path, and these.
   *
   * @throws ConfigurationException with {@code BAD_CONFIGURATION} if two have one name, or one has
   *     a name that cannot be
   */
  public static Strategies with(List<PlacementStrategy> given) {
    List<PlacementStrategy> all = new ArrayList<>(BuiltIn.all());
    ServiceLoader.load(PlacementStrategy.class).forEach(all::add);
    all.addAll(given);
    Map<String, PlacementStrategy> byName = new TreeMap<>();
    for (PlacementStrategy strategy : all) {
      if (!NAME.matcher(strategy.name()).matches()) {
        throw bad(
            "the placement strategy %s is named '%s'; a name has 1 to 64 letters, digits, dots, dashes and underscores"
                .formatted(strategy.getClass().getName(), strategy.name()));
      }
      PlacementStrategy twin = byName.put(strategy.name(), strategy);
      if (twin != null && twin.getClass() != strategy.getClass()) {
        throw bad(
            "two placement strategies are named '%s': %s and %s"
                .formatted(
                    strategy.name(), twin.getClass().getName(), strategy.getClass().getName()));
      }
    }
    return new Strategies(byName);
  }

  /** The strategy of that name; empty if this node does not know it. */
  public Optional<PlacementStrategy> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * A node must know what the types that it hosts ask for.
   *
   * @throws ConfigurationException with {@code BAD_CONFIGURATION} if it does not
   */
  public void check(String type, String name) {
    if (!byName.containsKey(name)) {
      throw bad(
          "orbit.types.\"%s\".placement is '%s'; this node knows %s. Name one of these, or give it the strategy by OrbitNode.builder().placementStrategy(...)"
              .formatted(type, name, names()));
    }
  }

  Set<String> names() {
    return new TreeMap<>(byName).keySet();
  }

  private static ConfigurationException bad(String why) {
    return new ConfigurationException(ErrorCode.BAD_CONFIGURATION, why);
  }
}
