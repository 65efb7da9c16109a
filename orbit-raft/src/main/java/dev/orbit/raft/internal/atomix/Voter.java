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
import dev.orbit.raft.internal.grpc.RaftRpc;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.snapshot.Snapshot;
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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running voter: Atomix, the guards around it, and what drives them. Thread-safe. */
final class Voter {
  private static final Logger log = LoggerFactory.getLogger(Voter.class);
  private static final Duration FIRST_CONTACT = Duration.ofSeconds(2);
  private static final Duration CANARY_TICK = Duration.ofMillis(500);
  private static final Duration CATCH_UP_TICK = Duration.ofMillis(100);
  private static final Duration SNAPSHOT_TICK = Duration.ofSeconds(1);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(1);

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
  private final Admission admission;
  private final LogFiles files;
  private final DurabilityGate gate;
  private final MachineHost host;
  private final RpcProtocol protocol;
  private final Pulses pulses;
  private final Succession succession;
  private final VoterLinks links;
  private final LeaderQueue queue;
  private final Submissions submissions;
  private final LeaderWatch leader;
  private final Namespace namespace = LogNamespace.create();
  private final Set<Long> sessions = ConcurrentHashMap.newKeySet();
  private final List<Cancellable> timers = new ArrayList<>();
  private volatile @Nullable RaftContext raft;
  // Belongs to its timer.
  private long pokedSnapshot;
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
    files = new LogFiles(environment, config.dataDir(), VoterStore.PREFIX, config.segmentBytes());
    gate =
        new DurabilityGate(
            environment,
            config.self(),
            0,
            this::sync,
            e -> owner.failed("the log could not be synced: " + e.getMessage(), e));
    String client =
        config.self() + "/" + HexFormat.of().toHexDigits(environment.random().nextLong());
    admission = new Admission(config, store);
    submissions = new Submissions(environment, config, client, this::route, this::waitsFor);
    host = new MachineHost(machine, this::awaitDurable, new Applied(this, client));
    PollGuard polls = new PollGuard(config.electionTimeout().toNanos());
    pulses = new Pulses(environment, config, this::pulse);
    protocol =
        new RpcProtocol(
            environment,
            config,
            rpc,
            new RpcProtocol.Guards(
                gate,
                store.votes(),
                polls,
                new Log(this),
                pulses,
                reason -> owner.failed(reason, null)));
    succession = new Succession(environment, config, protocol);
    links = new VoterLinks(this::context, this::enterLater, polls, succession);
    queue = new LeaderQueue(environment, config, protocol, sessions);
    leader = new LeaderWatch(config.self(), this::context, queue, pulses, this::leads);
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
      voter.enter();
      return voter;
    } catch (RuntimeException | IOException e) {
      voter.close("it did not start");
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new java.io.UncheckedIOException((IOException) e);
    }
  }

  /** A store that was just made may stand in for one that was lost: peers would know. */
  private void meetPeers() {
    rpc.start(store.identity(), this::handle, links);
    if (waitsFor().isPresent()) {
      try {
        rpc.awaitFirstContact(FIRST_CONTACT);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    store.checkOwned();
    store.identity().onDisowned(why -> owner.failed(why, null));
  }

  private Optional<RaftContext> context() {
    return Optional.ofNullable(raft);
  }

  /** What this voter waits for before it takes part; empty if it does. */
  Optional<String> waitsFor() {
    return raft == null ? admission.waitsFor() : Optional.empty();
  }

  /** Takes part if it may and does not yet. */
  private synchronized void enter() throws IOException {
    Optional<String> waits = admission.waitsFor();
    if (closed || raft != null) {
      return;
    }
    if (waits.isPresent()) {
      log.info("voter={} takes no part yet: {}", config.self(), waits.get());
      return;
    }
    admission.admit();
    store.votes().withhold(store.identity().standing() != Standing.FULL);
    open();
  }

  private void enterLater() {
    environment
        .virtualThreads()
        .execute(
            () -> {
              try {
                enter();
              } catch (IOException | RuntimeException e) {
                owner.failed("it could not take part: " + e.getMessage(), e);
              }
            });
  }

  private void open() throws IOException {
    LogScan scan = store.scan();
    scan.heal();
    // Atomix keeps term, vote and members without a checksum. Members are fixed, votes have a
    // record
    // of their own, and a term that neither the log nor a vote knows decided nothing.
    Files.deleteIfExists(config.dataDir().resolve(VoterStore.PREFIX + ".conf"));
    Files.deleteIfExists(config.dataDir().resolve(VoterStore.PREFIX + ".meta"));
    host.expectSnapshot(scan.snapshotIndex());
    if (scan.snapshotIndex() > 0) {
      askForAnEntry();
    }
    RaftContext opened =
        AtomixSetup.context(
            config,
            protocol,
            new HostedType(host, sessions, namespace),
            namespace,
            new GuardedContext.Hooks(files::cut, leader::observeSoon));
    raft = opened;
    long term = Math.max(store.votes().term(), lastTerm(scan));
    opened.getThreadContext().execute(() -> opened.setTerm(term));
    opened.addRoleChangeListener(leader::roleChanged);
    var _ =
        opened
            .getCluster()
            .bootstrap(config.voters().keySet().stream().map(MemberId::from).toList());
    protocol.letIn();
    succession.begun(opened, term);
    VitalSigns signs = new VitalSigns(opened, protocol);
    timers.add(environment.scheduleRepeatedly(KEEP_ALIVE, queue::keepAlive));
    timers.add(environment.scheduleRepeatedly(KEEP_ALIVE, queue::giveUpOverdue));
    timers.add(environment.scheduleRepeatedly(SNAPSHOT_TICK, this::syncSnapshot));
    signs.turn(leader::observe);
    timers.add(
        environment.scheduleRepeatedly(
            CANARY_TICK,
            () -> {
              signs.check().ifPresent(reason -> owner.failed(reason, null));
              // Also for whoever was not told of a change, because telling it failed.
              signs.turn(leader::observe);
            }));
    if (store.identity().standing() == Standing.CATCHING_UP) {
      CatchUp catchUp = new CatchUp(submissions::barrier, this::hasApplied, this::caughtUp);
      timers.add(environment.scheduleRepeatedly(CATCH_UP_TICK, catchUp::tick));
    }
  }

  private boolean hasApplied(long index) {
    return host.appliedIndex() >= index && gate.durable() >= index;
  }

  private void caughtUp() {
    try {
      store.identity().become(Standing.FULL);
      store.votes().withhold(false);
      log.info("voter={} has caught up: it votes again", config.self());
    } catch (IOException e) {
      owner.failed("that it has caught up could not be written: " + e.getMessage(), e);
    }
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

  /** Atomix restores a snapshot when the entry after it comes: without traffic, never. */
  private void askForAnEntry() {
    environment
        .virtualThreads()
        .execute(
            () -> {
              var _ = submissions.barrier();
            });
  }

  /** On the protocol's thread, where Atomix has just decided what to do with the snapshot. */
  private void installing(long index) {
    RaftContext opened = raft;
    if (opened != null && opened.getLastApplied() <= index) {
      host.expectSnapshot(index);
      askForAnEntry();
    }
  }

  /** The log before a snapshot goes ten seconds after it was taken: it must be on disk by then. */
  private void syncSnapshot() {
    long index = snapshotIndex();
    if (index > pokedSnapshot) {
      pokedSnapshot = index;
      // A failure ends this voter.
      var _ = gate.written();
    }
  }

  private void sync(boolean everything) throws IOException {
    files.sync(everything);
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

  private void leads(Leadership now) {
    owner.leadership(now);
    submissions.leaderIs(now.leader());
  }

  /** Not past the protocol's thread: a leader in which that stands still is to be replaced. */
  private void pulse(List<String> peers) {
    RaftContext opened = raft;
    if (opened != null) {
      opened
          .getThreadContext()
          .execute(
              () -> {
                if (leader.isLeading()) {
                  links.tryAgain(opened);
                  protocol.pulse(opened.getTerm(), peers);
                }
              });
    }
  }

  List<CompletionStage<byte[]>> submit(List<byte[]> commands) {
    return submissions.submit(commands);
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
      timers.forEach(Cancellable::cancel);
    }
    pulses.close();
    submissions.close(reason);
    rpc.close();
    RaftContext opened = raft;
    if (opened != null) {
      if (!AtomixSetup.rest(opened)) {
        log.warn("voter={} does not come to rest", config.self());
      }
      opened.close();
    }
    gate.close();
    try {
      files.close();
    } catch (IOException e) {
      log.warn("voter={} its log could not be closed: {}", config.self(), e.getMessage());
    }
    store.close();
  }

  private record Log(Voter voter) implements OwnLog {
    @Override
    public long snapshotIndex() {
      return voter.snapshotIndex();
    }

    @Override
    public long appliedIndex() {
      return voter.appliedIndex();
    }

    @Override
    public void installing(long index) {
      voter.installing(index);
    }

    @Override
    public CompletableFuture<Boolean> holds(long index, long term) {
      RaftContext opened = voter.raft;
      if (opened == null) {
        return CompletableFuture.completedFuture(false);
      }
      // On the protocol's thread, which alone changes the log.
      return CompletableFuture.supplyAsync(
          () -> LogEntries.holds(opened.getLog(), index, term), opened.getThreadContext());
    }
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
}
