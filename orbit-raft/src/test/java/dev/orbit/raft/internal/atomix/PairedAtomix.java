package dev.orbit.raft.internal.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.InitializeEntry;
import io.atomix.protocols.raft.storage.log.entry.OpenSessionEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.utils.concurrent.ThreadModel;
import io.atomix.utils.time.WallClockTimestamp;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.LoggerFactory;

/**
 * Atomix as voter n1 of two, and none of the guards around it that are not asked for. The other,
 * n2, is played: it votes for n1, and keeps no more of a log than how long it is.
 */
final class PairedAtomix implements AutoCloseable {
  /** The session that {@link #obey} opens: the index of its entry. */
  static final long SESSION = 2;

  private static final long NEVER_MILLIS = Duration.ofDays(365).toMillis();

  /** So small that a few entries fill a segment, which can be compacted then. */
  private static final int SEGMENT_BYTES = 4 << 10;

  final PlayedPeer peer = new PlayedPeer();
  final RaftContext raft;

  /** How often the log was cut, if that is asked for. */
  final AtomicInteger cuts = new AtomicInteger();

  /** How often the leader or the term was set, if that is asked for. */
  final AtomicInteger leaderChanges = new AtomicInteger();

  /** Makes one; {@code guarded} with {@link GuardedContext} for the readers of its log. */
  PairedAtomix(Path directory, PrimitiveTypeRegistry services, boolean guarded) {
    MemberId self = MemberId.from("n1");
    FixedMembership members = new FixedMembership("n1");
    RaftStorage storage =
        RaftStorage.builder()
            .withPrefix("raft")
            .withDirectory(directory.toFile())
            .withNamespace(LogNamespace.create())
            .withMaxEntrySize(1 << 10)
            .withMaxSegmentSize(SEGMENT_BYTES)
            .build();
    raft =
        guarded
            ? new GuardedContext(
                "pair",
                self,
                peer,
                storage,
                services,
                new GuardedContext.Hooks(cuts::incrementAndGet, leaderChanges::incrementAndGet))
            : new RaftContext(
                "pair",
                self,
                members,
                peer,
                storage,
                services,
                ThreadModel.SHARED_THREAD_POOL.factory(
                    "pair-%d", 1, LoggerFactory.getLogger(PairedAtomix.class)),
                true);
    raft.setElectionTimeout(Duration.ofMillis(300));
    raft.setHeartbeatInterval(Duration.ofMillis(20));
    raft.getCluster().bootstrap(List.of(MemberId.from("n1"), MemberId.from("n2"))).join();
  }

  /**
   * n2 leads term 1 and has n1 write a session and {@code commands}, of which n1 learns that the
   * first {@code committed} are.
   */
  void obey(List<String> commands, int committed) throws Exception {
    List<RaftLogEntry> entries = new ArrayList<>();
    entries.add(new InitializeEntry(1, 1));
    entries.add(
        new OpenSessionEntry(
            1,
            1,
            "n2",
            HostedType.NAME,
            HostedType.NAME,
            null,
            ReadConsistency.LINEARIZABLE,
            NEVER_MILLIS,
            NEVER_MILLIS));
    for (int i = 0; i < commands.size(); i++) {
      entries.add(new CommandEntry(1, 1, SESSION, i + 1, command(commands.get(i))));
    }
    AppendResponse response =
        peer.handle(new AppendRequest(1, "n2", 0, 0, entries, SESSION + committed))
            .get(10, TimeUnit.SECONDS);
    if (!response.succeeded()) {
      throw new IllegalStateException("n1 does not obey: " + response);
    }
  }

  /**
   * n2 leads term 2 and has n1 write {@code commands} after the entry {@code after}, in place of
   * what is there, and commits all of them.
   */
  void obeyInstead(long after, List<String> commands) throws Exception {
    if (!write(after, 1, commands)) {
      throw new IllegalStateException("n1 does not obey");
    }
  }

  /** The same, where n2 no longer knows the entry {@code after}: n1 begins its log anew. */
  void obeyAnew(long after, List<String> commands) throws Exception {
    if (!write(after, 0, commands)) {
      throw new IllegalStateException("n1 does not obey");
    }
  }

  /** The same after an entry of term 2; whether n1 obeys. */
  boolean obeyFurther(long after, List<String> commands) throws Exception {
    return write(after, 2, commands);
  }

  /** n2 reads of n1 that it has an entry of term 1 there. */
  void probe(long entry) throws Exception {
    peer.handle(new AppendRequest(1, "n2", entry, 1, List.of(), 0)).get(10, TimeUnit.SECONDS);
  }

  private boolean write(long after, long termThere, List<String> commands) throws Exception {
    List<RaftLogEntry> entries = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      long sequence = after - SESSION + i + 1;
      entries.add(new CommandEntry(2, 1, SESSION, sequence, command(commands.get(i))));
    }
    long last = after + entries.size();
    return peer.handle(new AppendRequest(2, "n2", after, termThere, entries, last))
        .get(10, TimeUnit.SECONDS)
        .succeeded();
  }

  private static PrimitiveOperation command(String value) {
    return new PrimitiveOperation(
        OperationId.command("batch"), value.getBytes(StandardCharsets.UTF_8));
  }

  /** What a client asks n1 past the log. */
  String query(String question) throws Exception {
    QueryResponse response =
        peer.query
            .get()
            .apply(
                new QueryRequest(
                    SESSION,
                    0,
                    new PrimitiveOperation(
                        OperationId.query("ask"), question.getBytes(StandardCharsets.UTF_8)),
                    0))
            .get(10, TimeUnit.SECONDS);
    return new String(response.result(), StandardCharsets.UTF_8);
  }

  /** The same by a new client as a command, which goes through the log. */
  CompletableFuture<String> ask(String question) {
    return peer.handle(
            new OpenSessionRequest(
                "n1",
                HostedType.NAME,
                HostedType.NAME,
                null,
                ReadConsistency.LINEARIZABLE,
                NEVER_MILLIS,
                NEVER_MILLIS))
        .thenCompose(
            opened -> peer.handle(new CommandRequest(opened.session(), 1, command(question))))
        .thenApply(response -> new String(response.result(), StandardCharsets.UTF_8));
  }

  /** Gives n1 a snapshot up to {@code index}, and lets it forget the log before that. */
  void compact(long index) throws Exception {
    CompletableFuture.runAsync(
            () -> {
              Snapshot snapshot =
                  raft.getSnapshotStore().newSnapshot(index, WallClockTimestamp.from(1));
              snapshot.openWriter().writeLong(index).close();
              snapshot.complete();
              raft.getLog().compact(index);
            },
            raft.getThreadContext())
        .get(10, TimeUnit.SECONDS);
  }

  /** Runs {@code task} where Atomix runs its protocol, and waits for it. */
  void onItsThread(Runnable task) throws Exception {
    CompletableFuture.runAsync(task, raft.getThreadContext()).get(10, TimeUnit.SECONDS);
  }

  boolean leads() {
    return raft.getRaftRole().role() == RaftServer.Role.LEADER;
  }

  @Override
  public void close() {
    CompletableFuture<Void> inactive = new CompletableFuture<>();
    raft.getThreadContext()
        .execute(
            () -> {
              raft.transition(RaftServer.Role.INACTIVE);
              inactive.complete(null);
            });
    inactive.join();
    raft.close();
  }

  /** n2 as n1 sees it. Thread-safe. */
  static final class PlayedPeer extends UnusedRequests {
    private final AtomicReference<Function<QueryRequest, CompletableFuture<QueryResponse>>> query =
        new AtomicReference<>();
    private boolean takesEntries = true;
    private boolean starting;
    private long laterTerm;
    private long length;
    private int installs;
    private int gaps;

    PlayedPeer() {
      super(List.of("n1", "n2"), Instant.EPOCH);
    }

    /** Whether requests with entries reach it; empty ones always do. */
    synchronized void takesEntries(boolean takes) {
      takesEntries = takes;
    }

    /** Whether it refuses all that it is sent, as a voter does that has not read its log yet. */
    synchronized void starting(boolean yes) {
      starting = yes;
    }

    /** Its log has so many entries. */
    synchronized void length(long entries) {
      length = entries;
    }

    /** From now on it refuses leaders of earlier terms. */
    synchronized void laterTerm(long term) {
      laterTerm = term;
    }

    synchronized long length() {
      return length;
    }

    /** How many snapshots it was sent. */
    synchronized int installs() {
      return installs;
    }

    /** How many requests did not follow on its log. */
    synchronized int gaps() {
      return gaps;
    }

    @Override
    public void registerQueryHandler(
        Function<QueryRequest, CompletableFuture<QueryResponse>> handler) {
      query.set(handler);
    }

    @Override
    public CompletableFuture<PollResponse> poll(MemberId memberId, PollRequest request) {
      return CompletableFuture.completedFuture(
          new PollResponse(RaftResponse.Status.OK, null, request.term(), true));
    }

    @Override
    public CompletableFuture<VoteResponse> vote(MemberId memberId, VoteRequest request) {
      return CompletableFuture.completedFuture(
          new VoteResponse(RaftResponse.Status.OK, null, request.term(), true));
    }

    @Override
    public CompletableFuture<ConfigureResponse> configure(
        MemberId memberId, ConfigureRequest request) {
      return CompletableFuture.completedFuture(new ConfigureResponse(RaftResponse.Status.OK, null));
    }

    @Override
    public synchronized CompletableFuture<AppendResponse> append(
        MemberId memberId, AppendRequest request) {
      if (request.term() < laterTerm) {
        return answer(laterTerm, false);
      }
      if (starting || (!request.entries().isEmpty() && !takesEntries)) {
        return CompletableFuture.failedFuture(new ConnectException("the way is blocked"));
      }
      if (request.prevLogIndex() > length) {
        gaps++;
        return answer(request.term(), false);
      }
      if (!request.entries().isEmpty()) {
        length = request.prevLogIndex() + request.entries().size();
      }
      return answer(request.term(), true);
    }

    private CompletableFuture<AppendResponse> answer(long term, boolean succeeded) {
      return CompletableFuture.completedFuture(
          new AppendResponse(RaftResponse.Status.OK, null, term, succeeded, length));
    }

    @Override
    public synchronized CompletableFuture<InstallResponse> install(
        MemberId memberId, InstallRequest request) {
      if (request.complete()) {
        installs++;
        length = request.snapshotIndex();
      }
      return CompletableFuture.completedFuture(new InstallResponse(RaftResponse.Status.OK, null));
    }
  }
}
