package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.OrbitException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.runtime.internal.life.Lives;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes probes of who waits for whom to the hosts of the actors that they are about. A probe is
 * lost where that fails: another follows as long as somebody waits. Thread-safe; never blocks.
 */
final class ProbeRoute {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeRoute.class);

  /** Views move on while a probe is on its way, but not that often. */
  private static final int MOST_HOPS = 4;

  private final NodeId self;
  private final Lives lives;
  private final Detours detours;
  private final Function<AddressableReference, Optional<MemberId>> whereabouts;

  /**
   * A route.
   *
   * @param whereabouts the host of an actor as far as it is known
   */
  ProbeRoute(
      NodeId self,
      Lives lives,
      Detours detours,
      Function<AddressableReference, Optional<MemberId>> whereabouts) {
    this.self = self;
    this.lives = lives;
    this.detours = detours;
    this.whereabouts = whereabouts;
  }

  /** Sends one. */
  void send(Content.WaitProbe probe) {
    MemberId host = whereabouts.apply(probe.actor()).orElse(null);
    if (host == null || probe.hops() > MOST_HOPS) {
      return;
    }
    if (host.node().equals(self)) {
      lives.present().ifPresent(life -> life.activations().probes().arrive(probe));
      return;
    }
    try {
      detours.send(host.node(), Message.of(0, probe));
    } catch (OrbitException e) {
      LOG.debug("event=probe-lost actor={} reason={}", probe.actor(), e.toString());
    }
  }

  /** One has come from another node. */
  void received(Content.WaitProbe probe) {
    boolean here =
        lives.present().map(life -> life.activations().probes().arrive(probe)).orElse(false);
    if (!here) {
      send(
          new Content.WaitProbe(
              probe.path(), probe.actor(), probe.callId(), probe.round(), probe.hops() + 1));
    }
  }
}
