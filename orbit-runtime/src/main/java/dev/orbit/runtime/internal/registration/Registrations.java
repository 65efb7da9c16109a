package dev.orbit.runtime.internal.registration;

import dev.orbit.api.Actor;
import dev.orbit.api.cluster.PlacementRule;
import dev.orbit.api.filter.TurnFilter;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.KeyKind;
import dev.orbit.runtime.spi.ActorDependencies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actor types that this node hosts.
 *
 * <p>Immutable.
 */
public final class Registrations {
  private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);

  private final Map<String, ActorRegistration> byType;

  private Registrations(Map<String, ActorRegistration> byType) {
    this.byType = Map.copyOf(byType);
  }

  /**
   * Reads the classes.
   *
   * @throws dev.orbit.api.error.ConfigurationException with {@code BAD_CONTRACT} if one cannot
   *     work, or two implement the same type
   */
  public static Registrations read(List<Class<?>> actorClasses, ActorDependencies dependencies) {
    return read(actorClasses, dependencies, Map.of());
  }

  /**
   * As {@link #read(List, ActorDependencies)}.
   *
   * @param configured what the configuration sets, by type; it wins over annotations. Types that no
   *     class here implements are named in a warning: a configuration may be meant for several
   *     nodes
   */
  public static Registrations read(
      List<Class<?>> actorClasses,
      ActorDependencies dependencies,
      Map<String, TypeOptions> configured) {
    Map<String, ActorRegistration> byType = new HashMap<>();
    for (Class<?> actorClass : new LinkedHashSet<>(actorClasses)) {
      ActorContract contract = contractOf(actorClass);
      ActorRegistration twin =
          byType.put(
              contract.typeName(),
              ActorRegistration.read(
                  contract,
                  actorClass,
                  dependencies,
                  configured.getOrDefault(contract.typeName(), TypeOptions.NONE)));
      if (twin != null) {
        throw Refused.because(
            actorClass,
            "%s hosts the actor type '%s' already; a node runs a type by one class"
                .formatted(twin.actorClass().getName(), contract.typeName()));
      }
    }
    for (String type : configured.keySet()) {
      if (!byType.containsKey(type) && configured.get(type).isForHosts()) {
        LOG.warn(
            "event=type-not-hosted type={} configured=orbit.types hosted={}",
            type,
            byType.keySet());
      }
    }
    return new Registrations(byType);
  }

  /** The same with filters around turns. */
  public Registrations filteredBy(List<TurnFilter> filters) {
    Map<String, ActorRegistration> filtered = new HashMap<>();
    byType.forEach((type, registration) -> filtered.put(type, registration.filteredBy(filters)));
    return new Registrations(filtered);
  }

  private static ActorContract contractOf(Class<?> actorClass) {
    Set<Class<?>> found = new LinkedHashSet<>();
    for (Class<?> type = actorClass; type != null; type = type.getSuperclass()) {
      for (Class<?> candidate : type.getInterfaces()) {
        if (Actor.class.isAssignableFrom(candidate)) {
          found.add(candidate);
        }
      }
    }
    // A contract that another one extends is a part of it and no type of its own here.
    List<Class<?>> contracts = new ArrayList<>(found);
    contracts.removeIf(
        type ->
            isRoot(type) || found.stream().anyMatch(o -> o != type && type.isAssignableFrom(o)));
    if (contracts.isEmpty()) {
      throw Refused.because(
          actorClass,
          "it implements no contract, which is an interface that extends ActorWithStringKey or"
              + " another ActorWith...Key");
    }
    return joined(actorClass, contracts);
  }

  /** Several contracts of one class are several views of the same actors. */
  private static ActorContract joined(Class<?> actorClass, List<Class<?>> types) {
    List<ActorContract> contracts = types.stream().map(ActorContract::of).toList();
    Set<String> names = new TreeSet<>();
    contracts.forEach(contract -> names.add(contract.typeName()));
    if (names.size() > 1) {
      throw Refused.because(
          actorClass,
          "its contracts %s name the actor types %s; give them the same @ActorType, as they are to name the same actors, or write a class for each"
              .formatted(types.stream().map(Class::getName).toList(), names));
    }
    return contracts.size() == 1 ? contracts.getFirst() : ActorContract.joined(contracts);
  }

  private static boolean isRoot(Class<?> type) {
    return type == Actor.class || Arrays.stream(KeyKind.values()).anyMatch(k -> k.root() == type);
  }

  /** How this node runs actors of that type; empty when it does not. */
  public Optional<ActorRegistration> find(String typeName) {
    return Optional.ofNullable(byType.get(typeName));
  }

  /** The names of the types. */
  public Set<String> types() {
    return byType.keySet();
  }

  /** How the actors of each type find their nodes. */
  public Map<String, PlacementRule> placements() {
    Map<String, PlacementRule> placements = new HashMap<>();
    byType.forEach((type, registration) -> placements.put(type, registration.rule()));
    placements.values().removeIf(PlacementRule.DEFAULT::equals);
    return placements;
  }

  /** The shortest time after which an unused activation of some type ends. */
  public Duration shortestIdle(Duration usual) {
    return byType.values().stream()
        .flatMap(registration -> registration.idleAfter().stream())
        .filter(idle -> idle.compareTo(usual) < 0)
        .min(Comparator.naturalOrder())
        .orElse(usual);
  }

  /** All of them. */
  public Iterable<ActorRegistration> all() {
    return byType.values();
  }
}
