package dev.orbit.runtime.internal.node;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.env.Environment;
import dev.orbit.runtime.internal.life.Life;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.transport.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies views and beginnings of lives one after the other, off the thread that delivers them:
 * applying a view may touch every activation, and the membership must renew the lease meanwhile.
 *
 * <p>Thread-safe. Views are few; the queue holds those of the time that applying one takes.
 */
final class ViewFeed {
  private static final Logger LOG = LoggerFactory.getLogger(ViewFeed.class);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

  private final Environment environment;
  private final NodeId self;
  private final Lives lives;
  private final Transport transport;
  private final boolean warm;
  private final Queue<Runnable> queue = new ArrayDeque<>();
  private boolean running;
  private ClusterView previous;

  /**
   * A feed that has seen no view.
   *
   * @param warm whether there are to be connections to all members ahead of need
   */
  ViewFeed(
      Environment environment,
      NodeId self,
      Lives lives,
      Transport transport,
      ClusterView none,
      boolean warm) {
    this.environment = environment;
    this.self = self;
    this.lives = lives;
    this.transport = transport;
    this.previous = none;
    this.warm = warm;
  }

  void view(ClusterView view) {
    add(() -> apply(view));
  }

  void begin(Life life) {
    add(() -> lives.begin(life));
  }

  private void add(Runnable step) {
    synchronized (queue) {
      queue.add(step);
      if (running) {
        return;
      }
      running = true;
    }
    environment.vitalThreads().execute(this::run);
  }

  private void run() {
    for (Runnable step = next(); step != null; step = next()) {
      try {
        step.run();
      } catch (RuntimeException e) {
        LOG.error("event=view-not-applied node={}", self, e);
      }
    }
  }

  private @Nullable Runnable next() {
    synchronized (queue) {
      Runnable step = queue.poll();
      running = step != null;
      return step;
    }
  }

  /**
   * Calls to a member that died fail at once. One that drained has answered everything, and its
   * last answers may arrive after the view in which it is gone.
   */
  private void forget(Member gone) {
    NodeId node = gone.id().node();
    if (gone.status() == NodeStatus.ACTIVE || gone.status() == NodeStatus.JOINING) {
      transport.forget(node);
      return;
    }
    environment.schedule(
        LAST_ANSWERS,
        () -> {
          if (lives.newest().member(node).isEmpty()) {
            transport.forget(node);
          }
        });
  }

  private void apply(ClusterView view) {
    lives.apply(view);
    for (Member member : previous.members()) {
      NodeId node = member.id().node();
      if (!view.contains(member.id()) && !node.equals(self)) {
        LOG.info("event=member-gone member={} view={}", member.id(), view.version());
        forget(member);
      }
    }
    if (warm) {
      for (Member member : view.members()) {
        if (!previous.contains(member.id()) && !member.id().node().equals(self)) {
          transport.connections().warm(member.id().node());
        }
      }
    }
    previous = view;
  }
}
