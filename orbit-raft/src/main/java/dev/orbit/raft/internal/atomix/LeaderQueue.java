package dev.orbit.raft.internal.atomix;

import com.google.protobuf.ByteString;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.raft.AnswerProto;
import dev.orbit.proto.raft.CommandBatchProto;
import dev.orbit.proto.raft.CommandProto;
import dev.orbit.proto.raft.ForwardResponseProto;
import dev.orbit.raft.consensus.EngineConfig;
import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.protocol.CloseSessionRequest;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.KeepAliveRequest;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.OpenSessionResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts commands into the log while this voter leads: from all voters, many in one entry.
 *
 * <p>Atomix takes commands only from a client's session, numbered without gaps, and ends sessions
 * by comparing wall clocks. So each leader opens sessions with itself that never time out, and
 * closes those of leaders before it. If anything goes wrong with one, all are left behind and
 * others opened: commands that were lost with them are sent again by their submitters, and those
 * that were not are recognized.
 *
 * <p>A session has one entry in flight at a time. With two, Atomix may lose the second: the thread
 * that applies the first writes the number of the newest request back, without a lock, to one that
 * the thread of the protocol has just passed, and what comes next then waits for a request that
 * came before it. Entries leave in their order all the same, since none of them ever waits.
 * Thread-safe.
 */
final class LeaderQueue {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderQueue.class);

  /** Largest entry made of several commands; well above what one sync earns by waiting. */
  static final int MAX_BATCH_BYTES = 256 << 10;

  static final int MAX_BATCH_COMMANDS = 1024;

  /** Entries in flight, each of a session of its own. */
  private static final int MAX_IN_FLIGHT = 4;

  /**
   * What entries in flight may have together. Atomix wipes twice the largest entry behind the end
   * of a log that it cuts back, and reads what it left there as if it had been written since. What
   * is not in flight is never cut back; a quarter is left for the entries' own fields.
   */
  private static int inFlightBytes(int maxEntryBytes) {
    return maxEntryBytes / 2 * 3;
  }

  /** What a batch may have: as many as may be in flight can be. */
  static int batchBytes(int maxEntryBytes) {
    return Math.min(MAX_BATCH_BYTES, inFlightBytes(maxEntryBytes) / MAX_IN_FLIGHT);
  }

  private static final int MAX_QUEUED_BYTES = 64 << 20;

  /** Of so many results of a session Atomix is told at the next look that they are done. */
  static final int MANY_RESULTS = 32;

  /** Of fewer it is told at one look in so many. */
  static final int LOOKS_FOR_FEW = 10;

  /** A hundred years: no clock may end a session. */
  private static final long NEVER_MILLIS = Duration.ofDays(36_500).toMillis();

  private static final Duration RETRY = Duration.ofMillis(20);
  private static final OperationId BATCH = OperationId.command("batch");
  private static final ForwardResponseProto REFUSED = ForwardResponseProto.getDefaultInstance();

  private record Key(String client, long sequence) {}

  private record Item(
      List<CommandProto> commands,
      int bytes,
      Map<Long, byte[]> answers,
      CompletableFuture<ForwardResponseProto> result) {}

  /** A session of this leader. Guarded by its queue. */
  private static final class Lane {
    final long session;
    long sequence;
    long keptAlive;
    boolean inFlight;
    long sentNanos;
    int bytes;
    List<Item> batch = List.of();

    Lane(long session) {
      this.session = session;
    }

    /** The newest of its numbers that is done. */
    long completed() {
      return inFlight ? sequence - 1 : sequence;
    }
  }

  private final Environment environment;
  private final String self;
  private final int batchBytes;
  private final int maxInFlightBytes;
  private final long overdueNanos;
  private final LocalHandlers raft;
  private final Set<Long> openSessions;
  private final Deque<Item> queue = new ArrayDeque<>();
  private final Map<Key, Item> awaited = new HashMap<>();
  private int queuedBytes;
  private int inFlightBytes;
  private boolean leading;
  private long generation;
  private int looks;
  private List<Lane> lanes = new ArrayList<>(MAX_IN_FLIGHT);

  /**
   * Makes the queue of a voter that does not lead yet.
   *
   * @param openSessions the sessions that the state machine knows
   */
  LeaderQueue(
      Environment environment, EngineConfig config, LocalHandlers raft, Set<Long> openSessions) {
    this.environment = environment;
    this.self = config.self();
    this.batchBytes = batchBytes(config.maxEntryBytes());
    this.maxInFlightBytes = inFlightBytes(config.maxEntryBytes());
    this.overdueNanos = config.requestTimeout().toNanos();
    this.raft = raft;
    this.openSessions = openSessions;
  }

  /** This voter leads from now on. */
  void lead() {
    long mine;
    synchronized (this) {
      leading = true;
      mine = newGeneration();
    }
    openSession(mine);
  }

  /** Its sessions' first entry commits all before it, so that nothing of before is in flight. */
  private long newGeneration() {
    lanes = new ArrayList<>(MAX_IN_FLIGHT);
    inFlightBytes = 0;
    return ++generation;
  }

  /** This voter leads no more. */
  void follow() {
    List<Item> refused;
    synchronized (this) {
      if (!leading) {
        return;
      }
      leading = false;
      newGeneration();
      refused = new ArrayList<>(queue);
      queue.clear();
      queuedBytes = 0;
    }
    refused.forEach(item -> item.result.complete(REFUSED));
  }

  private synchronized boolean isCurrent(long mine) {
    return leading && mine == generation;
  }

  private void openSession(long mine) {
    var _ =
        raft.handle(
                new OpenSessionRequest(
                    self,
                    HostedType.NAME,
                    HostedType.NAME,
                    null,
                    ReadConsistency.LINEARIZABLE,
                    NEVER_MILLIS,
                    NEVER_MILLIS))
            .whenComplete((response, error) -> sessionOpened(mine, response));
  }

  private void sessionOpened(long mine, @Nullable OpenSessionResponse response) {
    if (!isCurrent(mine)) {
      return;
    }
    if (response == null || response.status() != RaftResponse.Status.OK) {
      environment.schedule(
          RETRY,
          () -> {
            if (isCurrent(mine)) {
              openSession(mine);
            }
          });
      return;
    }
    int opened;
    synchronized (this) {
      if (mine != generation) {
        return;
      }
      lanes.add(new Lane(response.session()));
      opened = lanes.size();
      drain();
    }
    if (opened < MAX_IN_FLIGHT) {
      openSession(mine);
    }
    if (opened == 1) {
      closeOlderThan(response.session());
    }
  }

  private void closeOlderThan(long first) {
    for (long older : openSessions) {
      if (older < first) {
        var _ = raft.handle(new CloseSessionRequest(older, false));
      }
    }
  }

  /**
   * Puts commands into the log.
   *
   * @return the answers of those that were applied; not taken if surely none got into the log
   */
  CompletableFuture<ForwardResponseProto> offer(List<CommandProto> commands) {
    int bytes = commands.stream().mapToInt(CommandProto::getSerializedSize).sum();
    Item item = new Item(commands, bytes, new HashMap<>(), new CompletableFuture<>());
    synchronized (this) {
      if (leading && queuedBytes + bytes <= MAX_QUEUED_BYTES) {
        queue.add(item);
        queuedBytes += bytes;
        drain();
        return item.result;
      }
    }
    return CompletableFuture.completedFuture(REFUSED);
  }

  /** Called with the lock held, so that entries leave in the order of their numbers. */
  private void drain() {
    for (Lane lane = free(); lane != null && mayLeave(0, maxInFlightBytes); lane = free()) {
      List<Item> batch = new ArrayList<>();
      CommandBatchProto.Builder entry = CommandBatchProto.newBuilder();
      int bytes = 0;
      do {
        Item item = queue.remove();
        queuedBytes -= item.bytes;
        bytes += item.bytes;
        batch.add(item);
        entry.addAllCommands(item.commands);
        for (CommandProto command : item.commands) {
          awaited.put(new Key(command.getClient(), command.getSequence()), item);
        }
      } while (mayLeave(bytes, batchBytes)
          && entry.getCommandsCount() + queue.peek().commands.size() <= MAX_BATCH_COMMANDS);
      lane.inFlight = true;
      lane.bytes = bytes;
      inFlightBytes += bytes;
      lane.sentNanos = environment.nanoTime();
      lane.batch = batch;
      lane.sequence++;
      Lane taken = lane;
      long mine = generation;
      var _ =
          raft.handle(
                  new CommandRequest(
                      lane.session,
                      lane.sequence,
                      new PrimitiveOperation(BATCH, entry.build().toByteArray())))
              .whenComplete(
                  (response, error) ->
                      done(
                          mine,
                          taken,
                          batch,
                          response != null && response.status() == RaftResponse.Status.OK));
    }
  }

  /** Whether the next item may leave with {@code bytes} that do, which may be so many. */
  private boolean mayLeave(int bytes, int limit) {
    Item next = queue.peek();
    if (next == null) {
      return false;
    }
    int together = bytes + next.bytes;
    boolean alone = inFlightBytes == 0 && bytes == 0;
    return alone || (together <= limit && inFlightBytes + together <= maxInFlightBytes);
  }

  private @Nullable Lane free() {
    for (Lane lane : lanes) {
      if (!lane.inFlight) {
        return lane;
      }
    }
    return null;
  }

  private void done(long mine, Lane lane, List<Item> batch, boolean ok) {
    List<ForwardResponseProto> responses = new ArrayList<>();
    boolean reopen = false;
    synchronized (this) {
      for (Item item : batch) {
        responses.add(settle(item));
      }
      if (mine == generation && ok) {
        lane.inFlight = false;
        inFlightBytes -= lane.bytes;
        lane.batch = List.of();
        drain();
      } else if (mine == generation && leading) {
        mine = newGeneration();
        reopen = true;
      }
    }
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).result.complete(responses.get(i));
    }
    if (reopen) {
      openSession(mine);
    }
  }

  private ForwardResponseProto settle(Item item) {
    ForwardResponseProto.Builder response = ForwardResponseProto.newBuilder().setTaken(true);
    for (CommandProto command : item.commands) {
      awaited.remove(new Key(command.getClient(), command.getSequence()), item);
      byte[] answer = item.answers.get(command.getSequence());
      if (answer != null) {
        response.addAnswers(
            AnswerProto.newBuilder()
                .setSequence(command.getSequence())
                .setAnswer(ByteString.copyFrom(answer)));
      }
    }
    return response.build();
  }

  /** A command was applied on this voter. */
  synchronized void applied(CommandProto command, byte[] answer) {
    Item item = awaited.get(new Key(command.getClient(), command.getSequence()));
    if (item != null) {
      item.answers.put(command.getSequence(), answer);
    }
  }

  /**
   * Lets Atomix forget the results of entries that are done; to be called once a second. Telling it
   * costs an entry, so that few wait for a later call. With nothing new it does nothing.
   */
  void keepAlive() {
    long mine;
    List<Long> sessions = new ArrayList<>();
    List<Long> done = new ArrayList<>();
    synchronized (this) {
      mine = generation;
      looks++;
      long least = looks % LOOKS_FOR_FEW == 0 ? 1 : MANY_RESULTS;
      for (Lane lane : lanes) {
        if (lane.completed() - lane.keptAlive >= least) {
          lane.keptAlive = lane.completed();
          sessions.add(lane.session);
          done.add(lane.keptAlive);
        }
      }
    }
    if (sessions.isEmpty()) {
      return;
    }
    long[] ids = array(sessions);
    var _ =
        raft.handle(new KeepAliveRequest(ids, array(done), ids))
            .whenComplete(
                (response, error) -> {
                  boolean ok = response != null && response.status() == RaftResponse.Status.OK;
                  if (ok && response.sessionIds().length < ids.length && isCurrent(mine)) {
                    lead();
                  }
                });
  }

  /**
   * Leaves the sessions behind if an entry has had no answer for as long as a submission may take:
   * whatever became of it, nothing else may wait for it. To be called once a second.
   */
  void giveUpOverdue() {
    long mine = 0;
    Lane overdue = null;
    List<Item> batch = List.of();
    synchronized (this) {
      long now = environment.nanoTime();
      for (Lane lane : lanes) {
        if (lane.inFlight && now - lane.sentNanos >= overdueNanos) {
          mine = generation;
          overdue = lane;
          batch = lane.batch;
        }
      }
    }
    if (overdue != null) {
      LOG.warn("voter={} an entry has no answer, its session is left behind", self);
      done(mine, overdue, batch, false);
    }
  }

  private static long[] array(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }
}
