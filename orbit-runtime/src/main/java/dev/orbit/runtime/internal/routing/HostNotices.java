package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.OrbitException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.runtime.internal.hosting.HostingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what the host of actors tells others to them. Thread-safe; never blocks. */
final class HostNotices implements HostingContext.Notices {
  private static final Logger LOG = LoggerFactory.getLogger(HostNotices.class);

  private final NodeId self;
  private final Detours detours;
  private final ProbeRoute probes;
  private final WaitingRoom room;

  HostNotices(NodeId self, Detours detours, ProbeRoute probes, WaitingRoom room) {
    this.self = self;
    this.detours = detours;
    this.probes = probes;
    this.room = room;
  }

  @Override
  public void probe(Content.WaitProbe probe) {
    probes.send(probe);
  }

  @Override
  public void credit(NodeId to, Content.Credit credit) {
    if (to.equals(self)) {
      room.credited(credit);
      return;
    }
    try {
      detours.send(to, Message.of(0, credit));
    } catch (OrbitException e) {
      LOG.debug("event=credit-lost node={} reason={}", to, e.getMessage());
    }
  }
}
