package dev.orbit.raft.internal.atomix;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.raft.CommandProto;
import dev.orbit.proto.raft.ForwardRequestProto;
import dev.orbit.proto.raft.ForwardResponseProto;
import dev.orbit.proto.raft.FrameProto;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import dev.orbit.raft.internal.grpc.LinkListener;
import dev.orbit.raft.internal.grpc.RaftRpc;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.storage.StorageLevel;
import io.atomix.utils.concurrent.ThreadModel;
import io.atomix.utils.serializer.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running voter: Atomix, the guards around it, and what drives them. Thread-safe. */
final class Voter {
  private static final Logger log = LoggerFactory.getLogger(Voter.class);
  private static final Duration FIRST_CONTACT = Duration.ofSeconds(2);
  private static final Duration SUBMISSIONS_TICK = Duration.ofMillis(20);
  private static final Duration CANARY_TICK = Duration.ofMillis(500);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(1);
  private static final Duration ALONE_ELECTION = Duration.ofMillis(100);
  private static final long CLOSE_SECONDS = 5;

  /** Who wants to know. Called on threads that must not be blocked. */
  interface Owner {
    void leadership(Leadership now);

    void failed(String reason, @Nullable Throwable cause);
  }

  private final Environment environment;
  private final EngineConfig config;
  private final RaftRpc rpc;
  private final Owner owner;
  private final VoterStore store;
  private final DurabilityGate gate;
  private final MachineHost host;
  private final PollGuard polls;
  private final RpcProtocol protocol;
  private final Succession succession;
  private final LeaderQueue queue;
  private final Submissions submissions;
  private final Namespace namespace = LogNamespace.create();
  private final Set<Long> sessions = ConcurrentHashMap.newKeySet();
  private final List<Cancellable> timers = new ArrayList<>();
  private final Canary canary = new Canary();
  private volatile @Nullable RaftContext raft;
  private final AtomicLong protocolTurns = new AtomicLong();
  private final AtomicLong applyTurns = new AtomicLong();
  private volatile long committed;
  private volatile boolean leading;
  private boolean closed;

  private Voter(
      Environment environment,
      EngineConfig config,
      RaftRpc rpc,
      Owner owner,
      VoterStore store,
      ReplicatedStateMachine machine) {
    this.environment = environment;
    this.config = config;
    this.rpc = rpc;
    this.owner = owner;
    this.store = store;
    LogFiles files = new LogFiles(config.dataDir(), VoterStore.PREFIX);
    gate =
        new DurabilityGate(
            environment,
            config.self(),
            0,
            () -> sync(files),
            e -> owner.failed("the log could not be synced: " + e.getMessage(), e));
    String client =
        config.self() + "/" + HexFormat.of().toHexDigits(environment.random().nextLong());
    submissions = new Submissions(environment, config, client, this::route);
    host = new MachineHost(machine, this::awaitDurable, new Applied(this, client));
    polls = new PollGuard(config.electionTimeout().toNanos());
    protocol =
        new RpcProtocol(
            environment,
            config,
            rpc,
            new RpcProtocol.Guards(
                gate,
                store.votes(),
                polls,
                this::snapshotIndex,
                this::installing,
                reason -> owner.failed(reason, null)));
    succession = new Succession(environment, config, protocol);
    queue = new LeaderQueue(environment, config, protocol, sessions);
  }

  /**
   * Starts one.
   *
   * @throws dev.orbit.api.error.ConfigurationException if it must not take part
   */
  static Voter start(
      Environment environment,
      EngineConfig config,
      RaftRpc rpc,
      ReplicatedStateMachine machine,
      Owner owner) {
    VoterStore store = VoterStore.open(environment, config);
    Voter voter = new Voter(environment, config, rpc, owner, store, machine);
    try {
      voter.meetPeers();
      voter.open();
      return voter;
    } catch (RuntimeException | IOException e) {
      voter.close("it did not start");
      store.abandon();
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new java.io.UncheckedIOException((IOException) e);
    }
  }

  /** A store that was just made may stand in for one that was lost: peers would know. */
  private void meetPeers() {
    rpc.start(store, this::handle, new Links(this));
    if (store.isFresh() && !config.isAlone()) {
      try {
        rpc.awaitFirstContact(FIRST_CONTACT);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    store.checkOwned();
    store.onDisowned(why -> owner.failed(why, null));
  }

  private void open() throws IOException {
    LogScan scan = store.scan();
    // Atomix keeps term, vote and members without a checksum. Members are fixed, votes have a
    // record
    // of their own, and a term that neither the log nor a vote knows decided nothing.
    Files.deleteIfExists(config.dataDir().resolve(VoterStore.PREFIX + ".conf"));
    Files.deleteIfExists(config.dataDir().resolve(VoterStore.PREFIX + ".meta"));
    host.expectSnapshot(scan.snapshotIndex());
    HostedType type = new HostedType(host, sessions, namespace);
    String name = config.group() + "-" + config.self();
    RaftContext opened =
        new RaftContext(
            name,
            MemberId.from(config.self()),
            new FixedMembership(config.self()),
            protocol,
            storage(),
            type,
            ThreadModel.SHARED_THREAD_POOL.factory("raft-sessions-" + name + "-%d", 1, log),
            true);
    raft = opened;
    boolean alone = config.isAlone();
    Duration election = alone ? ALONE_ELECTION : config.electionTimeout();
    opened.setElectionTimeout(election);
    opened.setHeartbeatInterval(alone ? election.dividedBy(2) : config.heartbeatInterval());
    long term = Math.max(store.votes().term(), lastTerm(scan));
    opened.getThreadContext().execute(() -> opened.setTerm(term));
    opened.addRoleChangeListener(this::roleChanged);
    opened.addLeaderElectionListener(member -> observe());
    var _ =
        opened
            .getCluster()
            .bootstrap(config.voters().keySet().stream().map(MemberId::from).toList());
    timers.add(environment.scheduleRepeatedly(config.heartbeatInterval().dividedBy(2), this::turn));
    timers.add(environment.scheduleRepeatedly(SUBMISSIONS_TICK, submissions::tick));
    timers.add(environment.scheduleRepeatedly(KEEP_ALIVE, queue::keepAlive));
    timers.add(environment.scheduleRepeatedly(CANARY_TICK, this::checkCanary));
  }

  private RaftStorage storage() {
    return RaftStorage.builder()
        .withPrefix(VoterStore.PREFIX)
        .withDirectory(config.dataDir().toFile())
        .withStorageLevel(StorageLevel.DISK)
        .withNamespace(namespace)
        .withMaxSegmentSize(config.segmentBytes())
        .withMaxEntrySize(config.maxEntryBytes())
        .withDynamicCompaction(false)
        .build();
  }

  private long lastTerm(LogScan scan) {
    return scan.lastEntry()
        .map(bytes -> namespace.<RaftLogEntry>deserialize(bytes).term())
        .orElse(0L);
  }

  private long snapshotIndex() {
    RaftContext opened = raft;
    if (opened == null) {
      return store.scan().snapshotIndex();
    }
    Snapshot snapshot = opened.getSnapshotStore().getCurrentSnapshot();
    return snapshot == null ? 0 : snapshot.index();
  }

  /** On the protocol's thread, where Atomix has just decided what to do with the snapshot. */
  private void installing(long index) {
    RaftContext opened = raft;
    if (opened != null && opened.getLastApplied() <= index) {
      host.expectSnapshot(index);
    }
  }

  private void sync(LogFiles files) throws IOException {
    files.sync();
    store.watermark().raise(Math.min(gate.durable(), appliedIndex()), environment.nanoTime());
  }

  private long appliedIndex() {
    RaftContext opened = raft;
    return opened == null ? 0 : opened.getLastApplied();
  }

  /** With nobody else to confirm an entry, it counts when it is on this disk. */
  private void awaitDurable(long index) throws IOException {
    if (!config.isAlone()) {
      return;
    }
    try {
      gate.pass(index).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the log was synced", e);
    } catch (ExecutionException e) {
      throw new IOException("the log could not be synced", e);
    }
  }

  private void handle(String from, FrameProto frame, Consumer<FrameProto.Builder> reply) {
    if (frame.hasForwardRequest()) {
      var _ =
          queue
              .offer(frame.getForwardRequest().getCommandsList())
              .thenAccept(
                  response -> reply.accept(FrameProto.newBuilder().setForwardResponse(response)));
    } else if (!protocol.handle(from, frame, reply)) {
      reply.accept(RaftRpc.failure("not a request: " + frame.getBodyCase()));
    }
  }

  private CompletableFuture<ForwardResponseProto> route(
      String leader, List<CommandProto> commands) {
    if (leader.equals(config.self())) {
      return queue.offer(commands);
    }
    FrameProto.Builder request =
        FrameProto.newBuilder()
            .setForwardRequest(ForwardRequestProto.newBuilder().addAllCommands(commands));
    return rpc.call(leader, request).thenApply(FrameProto::getForwardResponse);
  }

  private void roleChanged(RaftServer.Role role) {
    boolean leads = role == RaftServer.Role.LEADER;
    leading = leads;
    if (leads) {
      queue.lead();
    } else {
      queue.follow();
    }
    observe();
  }

  /** Looks who leads; on the protocol's thread. */
  private void observe() {
    RaftContext opened = raft;
    if (opened == null) {
      return;
    }
    DefaultRaftMember member = opened.getLeader();
    Optional<String> leader = Optional.ofNullable(member).map(m -> m.memberId().id());
    boolean isSelf = leader.isPresent() && leader.get().equals(config.self());
    if (isSelf && !leading) {
      // Elected, but its role has not begun: it takes no commands yet.
      return;
    }
    owner.leadership(new Leadership(opened.getTerm(), leader, isSelf));
    submissions.leaderIs(leader);
  }

  private void turn() {
    RaftContext opened = raft;
    if (opened == null) {
      return;
    }
    opened
        .getThreadContext()
        .execute(
            () -> {
              protocolTurns.incrementAndGet();
              committed = opened.getCommitIndex();
              observe();
              if (leading) {
                protocol.pulse(opened.getTerm());
              }
            });
    opened.getServiceManager().executor().execute(applyTurns::incrementAndGet);
  }

  private void checkCanary() {
    canary
        .tick(
            new Canary.Signs(
                protocolTurns.get(),
                applyTurns.get(),
                committed,
                appliedIndex(),
                protocol.oldestUnanswered()))
        .ifPresent(reason -> owner.failed(reason, null));
  }

  CompletableFuture<byte[]> submit(byte[] command) {
    return submissions.submit(command);
  }

  CompletableFuture<Void> compact() {
    RaftContext opened = raft;
    if (opened == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("not running"));
    }
    return opened.compact();
  }

  /** Ends everything; what is under way fails. Idempotent. */
  void close(String reason) {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    timers.forEach(Cancellable::cancel);
    submissions.close(reason);
    rpc.close();
    RaftContext opened = raft;
    if (opened != null) {
      CompletableFuture<Void> inactive = new CompletableFuture<>();
      opened
          .getThreadContext()
          .execute(
              () -> {
                opened.transition(RaftServer.Role.INACTIVE);
                inactive.complete(null);
              });
      try {
        inactive.get(CLOSE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException e) {
        log.warn("voter={} does not come to rest", config.self());
      }
      opened.close();
    }
    gate.close();
    store.close();
  }

  /** What applying leads to. */
  private record Applied(Voter voter, String client) implements MachineHost.Listener {
    @Override
    public void applied(CommandProto command, byte[] answer) {
      voter.queue.applied(command, answer);
      voter.submissions.applied(command, answer);
    }

    @Override
    public void restored() {
      voter.submissions.restored(sequence -> voter.host.isDone(client, sequence));
    }

    @Override
    public void failed(String reason, Throwable cause) {
      voter.owner.failed(reason, cause);
    }
  }

  /** What connections lead to. */
  private record Links(Voter voter) implements LinkListener {
    @Override
    public void up(String peer) {
      RaftContext opened = voter.raft;
      if (opened != null) {
        // A leader tries a peer that failed it less and less often, up to once a minute.
        opened.getThreadContext().execute(() -> forgetFailures(opened, peer));
      }
    }

    private static void forgetFailures(RaftContext opened, String peer) {
      RaftMemberContext member = opened.getCluster().getMemberState(MemberId.from(peer));
      if (member != null) {
        member.resetFailureCount();
      }
    }

    @Override
    public void unreachable(String peer) {
      voter.polls.unreachable(peer);
      RaftContext opened = voter.raft;
      DefaultRaftMember leader = opened == null ? null : opened.getLeader();
      if (opened != null && leader != null && leader.memberId().id().equals(peer)) {
        voter.succession.leaderVanished(opened, peer);
      }
    }
  }
}
