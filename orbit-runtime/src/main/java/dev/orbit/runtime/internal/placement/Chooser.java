package dev.orbit.runtime.internal.placement;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.PlacementRule;
import dev.orbit.api.env.Environment;
import dev.orbit.api.placement.NodeLoad;
import dev.orbit.api.placement.PlacementCandidate;
import dev.orbit.api.placement.PlacementChoice;
import dev.orbit.api.placement.PlacementStrategy;
import dev.orbit.runtime.internal.directory.Arrival;
import dev.orbit.runtime.internal.directory.HostChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses hosts by what their types ask for. Thread-safe; never blocks, as strategies must not.
 *
 * <p>A node that is known to be full is passed over. Where all are, the choice falls as if none
 * were: whoever gets the call refuses it and says when to come again.
 */
public final class Chooser implements HostChoice {
  private static final Logger LOG = LoggerFactory.getLogger(Chooser.class);

  /** Types of which a complaint was logged; there are no more types than that. */
  private static final int MOST_COMPLAINTS = 1_000;

  private final Environment environment;
  private final Supplier<Placement> placements;
  private final Strategies strategies;
  private final Loads loads;
  private final Set<String> complaints = ConcurrentHashMap.newKeySet();

  /**
   * A chooser.
   *
   * @param placements the newest
   * @param loads what nodes have to do
   */
  public Chooser(
      Environment environment, Supplier<Placement> placements, Strategies strategies, Loads loads) {
    this.environment = environment;
    this.placements = placements;
    this.strategies = strategies;
    this.loads = loads;
  }

  @Override
  public Optional<MemberId> choose(Arrival call, int partition) {
    Placement placement = placements.get();
    String type = call.address().type();
    PlacementRule rule = placement.rule(type);
    Optional<MemberId> byHash = placement.host(type, partition);
    if (byHash.isPresent() && rule.isByHash() && hasRoom(placement, byHash.get())) {
      loads.placed(byHash.get());
      return byHash;
    }
    List<Member> takers = placement.takers(type);
    List<PlacementCandidate> candidates = new ArrayList<>(takers.size());
    for (Member taker : takers) {
      Optional<NodeLoad> load = loads.of(taker.id());
      if (hasRoom(taker, load)) {
        candidates.add(new PlacementCandidate(taker, load));
      }
    }
    if (candidates.isEmpty()) {
      return byHash;
    }
    MemberId usual =
        byHash
            .filter(host -> candidates.stream().anyMatch(c -> c.member().id().equals(host)))
            .orElseGet(() -> draw(candidates, partition));
    PlacementChoice choice =
        new PlacementChoice(call.address(), call.caller(), usual, candidates, environment.random());
    MemberId chosen = chosen(rule.strategy(), choice);
    loads.placed(chosen);
    return Optional.of(chosen);
  }

  private static MemberId draw(List<PlacementCandidate> candidates, int partition) {
    List<MemberId> ids = candidates.stream().map(c -> c.member().id()).toList();
    return Placement.draw(ids, partition).orElseThrow();
  }

  private boolean hasRoom(Placement placement, MemberId id) {
    return placement.view().member(id.node()).filter(m -> hasRoom(m, loads.of(id))).isPresent();
  }

  private static boolean hasRoom(Member member, Optional<NodeLoad> load) {
    int most = member.capabilities().maxAddressables().orElse(Integer.MAX_VALUE);
    return load.isEmpty() || load.get().activations() < most;
  }

  private MemberId chosen(String name, PlacementChoice choice) {
    PlacementStrategy strategy = strategies.find(name).orElse(null);
    if (strategy == null) {
      complain(choice.actor(), "this node does not know the strategy " + name);
      return choice.byHash();
    }
    try {
      MemberId chosen = strategy.choose(choice);
      if (choice.isCandidate(chosen)) {
        return chosen;
      }
      complain(choice.actor(), "%s chose %s, which is no candidate".formatted(name, chosen));
    } catch (RuntimeException e) {
      complain(choice.actor(), "%s failed: %s".formatted(name, e));
    }
    return choice.byHash();
  }

  private void complain(AddressableReference actor, String why) {
    if (complaints.size() < MOST_COMPLAINTS && complaints.add(actor.type())) {
      LOG.warn("event=placed-by-hash actor={} reason={} next=silent-for-this-type", actor, why);
    }
  }
}
