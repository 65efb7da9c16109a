package dev.orbit.raft.internal.membership;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeLease;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.raft.internal.cluster.ClusterCommand;
import dev.orbit.raft.internal.cluster.ClusterSettings;
import dev.orbit.raft.internal.cluster.CommandAnswer.Accepted;
import dev.orbit.raft.internal.cluster.CommandAnswer.Refusal;
import dev.orbit.raft.internal.cluster.CommandAnswer.Refused;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.internal.cluster.ViewStep;
import dev.orbit.raft.internal.concurrent.SerialQueue;
import dev.orbit.raft.internal.files.LifeRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's life in the cluster: joins, renews, announces and leaves, without ever blocking.
 *
 * <p>At any time there is no life, one that is being begun, or one. A life ends for good when its
 * lease is lost, however that came about, and is the predecessor from then on until the cluster has
 * answered a goodbye of it; {@link #join} begins the next one, after it has said that goodbye
 * again. It is safe because the lease was given up before it was sent.
 *
 * <p>Thread-safe: everything happens on one serial queue.
 */
public final class MembershipAgent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MembershipAgent.class);

  private final Environment environment;
  private final NodeId self;
  private final ClusterSettings settings;
  private final ClusterPort port;
  private final ViewLog views;
  private final LongConsumer viewVersion;
  private final SerialQueue queue;
  private final Submitter submitter;
  private final ByteString client;

  // All below belongs to the queue.
  private long sequence;
  private long seenVersion;
  private @Nullable Life life;
  private @Nullable Joining joining;
  private @Nullable MemberId predecessor;
  private boolean closed;

  // What close() must end at once is guarded by this instead.
  private final Object ending = new Object();
  private @Nullable LifeRecord record;
  private @Nullable HeldLease newest;
  private boolean ended;

  /**
   * A life of this node.
   *
   * @param joinedVersion the version of the view by which it joined
   */
  private record Life(HeldLease lease, Renewal renewal, long joinedVersion) {
    MemberId member() {
      return lease.member();
    }
  }

  /**
   * An agent of a node that is no member yet.
   *
   * @param viewVersion is told the view version of every renewal's answer
   */
  public MembershipAgent(
      Environment environment,
      NodeId self,
      ClusterSettings settings,
      ClusterPort port,
      ViewLog views,
      LongConsumer viewVersion) {
    this.environment = environment;
    this.self = self;
    this.settings = settings;
    this.port = port;
    this.views = views;
    this.viewVersion = viewVersion;
    this.queue = new SerialQueue(environment.vitalThreads());
    this.submitter = new Submitter(environment, port, queue);
    this.client =
        ByteString.copyFrom(
            ByteBuffer.allocate(CommandEnvelope.MAX_CLIENT_LENGTH)
                .putLong(environment.random().nextLong())
                .putLong(environment.random().nextLong())
                .flip());
    this.seenVersion = views.newest().version();
    views.onChange(() -> queue.execute(this::follow));
  }

  /**
   * Has every life written down before it is handed out, and says goodbye for one that was lived by
   * an earlier process before the first. To be called before anything else.
   */
  public void keep(LifeRecord kept) {
    synchronized (ending) {
      record = kept;
    }
    queue.execute(() -> predecessor = kept.predecessor().orElse(null));
  }

  /** Begins a life, as {@link dev.orbit.raft.membership.Membership#join}. */
  public CompletableFuture<NodeLease> join(
      Endpoint endpoint, NodeCapabilities capabilities, NodeStatus as, Duration bound) {
    long deadline = environment.nanoTime() + bound.toNanos();
    Joining begun =
        new Joining(
            new ClusterCommand.Join(self, endpoint, capabilities, settings, as), bound, deadline);
    queue.execute(() -> begin(begun));
    environment.schedule(bound, () -> queue.execute(() -> giveUp(begun)));
    return begun.result();
  }

  /**
   * Changes the status, as {@link dev.orbit.raft.membership.Membership#announce}; completes with
   * the version of the view after it.
   */
  public CompletableFuture<Long> announce(NodeStatus status, Duration bound) {
    long deadline = environment.nanoTime() + bound.toNanos();
    CompletableFuture<Long> result = new CompletableFuture<>();
    queue.execute(
        () -> {
          Life now = life;
          if (now == null || !now.lease().isHeld()) {
            result.completeExceptionally(notMember("announce " + status));
            return;
          }
          submitter.submitWhileHeard(
              next(new ClusterCommand.Announce(now.member(), status)),
              attempt(),
              deadline,
              (answered, failure) -> Outcomes.settle(result, answered, failure));
        });
    return result;
  }

  /**
   * Ends the life, as {@link dev.orbit.raft.membership.Membership#leave}; completes with the
   * version of the view after it.
   */
  public CompletableFuture<Long> leave(Duration bound) {
    long deadline = environment.nanoTime() + bound.toNanos();
    CompletableFuture<Long> result = new CompletableFuture<>();
    queue.execute(
        () -> {
          Life last = end("leaving");
          if (last == null) {
            result.complete(views.newest().version());
            return;
          }
          submitter.submitWhileHeard(
              goodbye(last.member()),
              attempt(),
              deadline,
              (answered, failure) -> {
                said(last.member(), answered);
                Outcomes.settleGoodbye(result, answered, failure);
              });
        });
    return result;
  }

  /** Gives up the lease, if there is one; another join may follow. */
  void lose(String reason) {
    queue.execute(
        () -> {
          if (life != null) {
            life.lease().lose(reason);
          }
        });
  }

  /** When it returns, no lease of this node is held any more. Idempotent. */
  @Override
  public void close() {
    synchronized (ending) {
      ended = true;
      if (newest != null) {
        newest.lose("closing");
      }
    }
    queue.execute(
        () -> {
          closed = true;
          end("closing");
          if (joining != null) {
            joining
                .result()
                .completeExceptionally(
                    new NotExecutedException(ErrorCode.SHUTTING_DOWN, self + " is closing"));
          }
        });
  }

  private void begin(Joining begun) {
    if (closed) {
      begun.fail(new NotExecutedException(ErrorCode.SHUTTING_DOWN, self + " is closed"));
      return;
    }
    if (isJoining() || (life != null && life.lease().isHeld())) {
      begun.fail(
          new IllegalStateException(self + " is a member already, or is about to become one"));
      return;
    }
    joining = begun;
    end("joining again");
    bury(begun);
  }

  /**
   * Says the goodbye of the life before, unless the cluster has heard it: of a life of this process
   * that has given up its lease, or of one whose process is gone.
   */
  private void bury(Joining begun) {
    MemberId dead = predecessor;
    if (dead == null || begun.isOver()) {
      submitJoin(begun);
      return;
    }
    begun.waitsFor("the goodbye of " + dead);
    begun.tries(
        submitter.submit(
            goodbye(dead),
            attempt(),
            begun.deadlineNanos(),
            (answered, failure) -> {
              said(dead, answered);
              begun.waitsFor("a leader");
              submitJoin(begun);
            }));
  }

  private void submitJoin(Joining begun) {
    if (begun.isOver()) {
      return;
    }
    begun.tries(
        submitter.submit(
            next(begun.command()),
            attempt(),
            begun.deadlineNanos(),
            (answered, failure) -> {
              if (answered == null) {
                begun.failed(failure);
                return;
              }
              switch (answered.answer()) {
                case Accepted accepted -> accepted(begun, accepted, answered.firstSentNanos());
                case Refused refused -> refused(begun, refused);
              }
            }));
  }

  private void refused(Joining begun, Refused refused) {
    boolean again =
        refused.reason() == Refusal.STILL_HELD || refused.reason() == Refusal.SUPERSEDED;
    if (!again) {
      begun.fail(Outcomes.error(refused));
      return;
    }
    begun.waitsFor(refused.description());
    // What is still held may be a life of this process whose goodbye was not heard.
    environment.schedule(settings.lease().dividedBy(20), () -> queue.execute(() -> bury(begun)));
  }

  private void accepted(Joining begun, Accepted accepted, long sentNanos) {
    MemberId member = new MemberId(self, accepted.index());
    if (begun.isOver() || closed) {
      log.info("giving back a life that nobody waits for, member={}", member);
      forget(member);
      return;
    }
    HeldLease lease = new HeldLease(environment, member, sentNanos + held());
    if (!writeDown(lease)) {
      forget(member);
      return;
    }
    Renewal renewal = new Renewal(environment, port, queue, settings, lease, viewVersion);
    life = new Life(lease, renewal, accepted.viewVersion());
    if (lease.isHeld()) {
      log.info("joined, member={} viewVersion={}", member, accepted.viewVersion());
      begun.waitsFor("view " + accepted.viewVersion());
      renewal.start(sentNanos);
      follow();
    } else {
      // The answer took longer than the lease: this life was over before it could begin.
      end("the join was answered too late");
      bury(begun);
    }
  }

  /** False if this agent was closed: nobody may hold a lease of it any more. */
  private boolean writeDown(HeldLease lease) {
    synchronized (ending) {
      if (ended) {
        return false;
      }
      newest = lease;
      if (record != null) {
        try {
          record.begins(lease.member());
        } catch (IOException e) {
          log.warn(
              "life not written down: its lease will be waited for, member={}", lease.member(), e);
        }
      }
      return true;
    }
  }

  private void giveUp(Joining begun) {
    if (begun.isOver()) {
      return;
    }
    begun.fail(
        new NotExecutedException(
            ErrorCode.NODE_UNAVAILABLE,
            "%s could not join cluster '%s' within %s; it waited for %s"
                .formatted(self, settings.cluster(), begun.bound(), begun.waitsFor())));
    if (joining == begun) {
      Life unseen = end("joining took too long");
      if (unseen != null) {
        forget(unseen.member());
      }
    }
  }

  /** Looks at every view that came, and hands out the lease when its own view is among them. */
  private void follow() {
    Optional<ViewStep> step = views.after(seenVersion);
    while (step.isPresent()) {
      switch (step.get()) {
        case ViewStep.Change change -> {
          seenVersion = change.delta().version();
          if (life != null && change.delta().absent().equals(Optional.of(life.member()))) {
            life.lease().lose("the cluster removed it");
          }
        }
        case ViewStep.Jump jump -> {
          jumped(jump.view());
          seenVersion = jump.view().version();
        }
      }
      step = views.after(seenVersion);
    }
    if (joining != null && life != null && seenVersion >= life.joinedVersion()) {
      handOut(joining, life);
    }
  }

  private void jumped(ClusterView view) {
    if (life == null) {
      return;
    }
    if (seenVersion >= life.joinedVersion()) {
      life.lease().lose("views after %d were missed".formatted(seenVersion));
    } else if (view.version() >= life.joinedVersion() && !view.contains(life.member())) {
      life.lease().lose("the cluster removed it before it saw that it had joined");
    }
  }

  private void handOut(Joining begun, Life joined) {
    if (begun.isOver()) {
      return;
    }
    if (joined.lease().isHeld()) {
      begun.result().complete(joined.lease());
    } else {
      end("it ended before it began");
      bury(begun);
    }
  }

  private boolean isJoining() {
    return joining != null && !joining.isOver();
  }

  private @Nullable Life end(String reason) {
    Life last = life;
    life = null;
    if (last != null) {
      last.lease().lose(reason);
      last.renewal().stop();
      predecessor = last.member();
    }
    return last;
  }

  /** Needs no sequence: a life that has left cannot leave again. */
  private static CommandEnvelope goodbye(MemberId member) {
    return CommandEnvelope.repeatable(new ClusterCommand.Leave(member));
  }

  private void said(MemberId member, Submitter.@Nullable Answered answered) {
    if (answered != null && member.equals(predecessor)) {
      log.info("goodbye said, member={}", member);
      predecessor = null;
    }
  }

  /**
   * A goodbye that nobody waits for; if it does not arrive, the life expires, or the next join says
   * it again.
   */
  private void forget(MemberId member) {
    predecessor = member;
    submitter.submitWhileHeard(
        goodbye(member),
        attempt(),
        environment.nanoTime() + settings.lease().toNanos(),
        (answered, failure) -> said(member, answered));
  }

  private CommandEnvelope next(ClusterCommand command) {
    return new CommandEnvelope(client, ++sequence, command);
  }

  private long held() {
    return settings.lease().minus(settings.margin()).toNanos();
  }

  private Duration attempt() {
    return settings.lease().dividedBy(3);
  }

  private NotExecutedException notMember(String what) {
    return new NotExecutedException(
        ErrorCode.LEASE_LOST, "%s cannot %s: it is not a member".formatted(self, what));
  }
}
