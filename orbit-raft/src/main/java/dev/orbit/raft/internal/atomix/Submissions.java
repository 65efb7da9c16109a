package dev.orbit.raft.internal.atomix;

import com.google.protobuf.ByteString;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.proto.raft.AnswerProto;
import dev.orbit.proto.raft.CommandProto;
import dev.orbit.proto.raft.ForwardResponseProto;
import dev.orbit.raft.consensus.EngineConfig;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * This voter's commands until they are answered.
 *
 * <p>A command goes to whoever leads, again and again if need be: when the leader changes, when it
 * refuses, when it has said nothing for a while. Its number makes sure that it is applied once. It
 * is answered by the leader or by this voter's own state machine. Thread-safe.
 */
final class Submissions {
  /** Brings commands to the leader, here or elsewhere. */
  @FunctionalInterface
  interface Route {
    CompletableFuture<ForwardResponseProto> send(String leader, List<CommandProto> commands);
  }

  /** Deliveries under way at once: while they are, the next one fills. */
  private static final int MAX_DELIVERIES = 4;

  /** Far longer than a commit takes; sending again too early costs a little log, nothing else. */
  private static final Duration SEND_AGAIN = Duration.ofSeconds(1);

  /** How often what waits is looked at: given up where it is late, sent again where it is lost. */
  private static final Duration TICK = Duration.ofMillis(20);

  /** What a command takes beside its payload, at most: its client's name and two numbers. */
  private static final int OVERHEAD = 160;

  /** The ledger keeps what lies between the oldest unanswered command and the newest. */
  private static final int MAX_SPAN = 1 << 17;

  private static final class Pending {
    final long sequence;
    final ByteString payload;
    final boolean barrier;
    final long deadlineNanos;
    final CompletableFuture<byte[]> answer = new CompletableFuture<>();
    long sentNanos;
    boolean underWay;
    int maybeLogged;

    Pending(long sequence, ByteString payload, boolean barrier, long deadlineNanos) {
      this.sequence = sequence;
      this.payload = payload;
      this.barrier = barrier;
      this.deadlineNanos = deadlineNanos;
    }
  }

  private final Environment environment;
  private final EngineConfig config;
  private final String client;
  private final Route route;
  private final Supplier<Optional<String>> waits;
  private final TreeMap<Long, Pending> pending = new TreeMap<>();
  private final Set<Pending> unsent = new LinkedHashSet<>();
  private Optional<String> leader = Optional.empty();
  private long lastSequence;
  private int deliveries;
  private boolean ticking;
  private @Nullable String closed;

  /**
   * Makes those of one run of a voter.
   *
   * @param client names this run; no other run has the same name
   * @param waits what this voter waits for before it takes part, if anything
   */
  Submissions(
      Environment environment,
      EngineConfig config,
      String client,
      Route route,
      Supplier<Optional<String>> waits) {
    this.environment = environment;
    this.config = config;
    this.client = client;
    this.route = route;
    this.waits = waits;
  }

  /** Takes commands that may share an entry; each has its own answer. */
  List<CompletionStage<byte[]>> submit(List<byte[]> payloads) {
    List<CompletionStage<byte[]>> answers = new ArrayList<>(payloads.size());
    for (byte[] payload : payloads) {
      answers.add(add(payload));
    }
    deliver();
    return answers;
  }

  /** Asks for an entry of the log without a command; the answer is its index, in eight bytes. */
  CompletableFuture<byte[]> barrier() {
    CompletableFuture<byte[]> answer = add(ByteString.EMPTY, true);
    deliver();
    return answer;
  }

  private CompletableFuture<byte[]> add(byte[] payload) {
    int limit = config.maxEntryBytes() - 1024;
    if (payload.length > limit) {
      return CompletableFuture.failedFuture(
          new NotExecutedException(
              ErrorCode.MESSAGE_TOO_LARGE,
              "a command of %d bytes is larger than the %d that fit into an entry"
                  .formatted(payload.length, limit)));
    }
    return add(ByteString.copyFrom(payload), false);
  }

  private synchronized CompletableFuture<byte[]> add(ByteString payload, boolean barrier) {
    OrbitException refusal = refusal();
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    long deadline = environment.nanoTime() + config.requestTimeout().toNanos();
    Pending added = new Pending(++lastSequence, payload, barrier, deadline);
    pending.put(added.sequence, added);
    unsent.add(added);
    if (!ticking) {
      ticking = true;
      environment.schedule(TICK, this::tick);
    }
    return added.answer;
  }

  private @Nullable OrbitException refusal() {
    if (closed != null) {
      return new NotExecutedException(
          ErrorCode.SHUTTING_DOWN,
          "voter %s takes no commands: %s".formatted(config.self(), closed));
    }
    if (pending.size() >= config.maxPendingCommands()
        || (!pending.isEmpty() && lastSequence - pending.firstKey() >= MAX_SPAN)) {
      return new NotExecutedException(
          ErrorCode.OVERLOADED,
          "voter %s has %d commands under way; the limit is %d"
              .formatted(config.self(), pending.size(), config.maxPendingCommands()));
    }
    return null;
  }

  /** Hears who leads. */
  void leaderIs(Optional<String> now) {
    synchronized (this) {
      if (now.equals(leader)) {
        return;
      }
      leader = now;
      for (Pending command : pending.values()) {
        if (!command.underWay) {
          unsent.add(command);
        }
      }
    }
    deliver();
  }

  private void deliver() {
    while (true) {
      String to;
      List<Pending> batch;
      List<CommandProto> commands;
      synchronized (this) {
        if (leader.isEmpty() || deliveries >= MAX_DELIVERIES || unsent.isEmpty()) {
          return;
        }
        to = leader.get();
        batch = nextBatch();
        commands = new ArrayList<>(batch.size());
        long settledBelow = pending.firstKey();
        for (Pending command : batch) {
          commands.add(
              CommandProto.newBuilder()
                  .setClient(client)
                  .setSequence(command.sequence)
                  .setSettledBelow(settledBelow)
                  .setPayload(command.payload)
                  .setBarrier(command.barrier)
                  .build());
        }
        deliveries++;
      }
      var _ =
          route
              .send(to, commands)
              .whenComplete((response, error) -> delivered(batch, response, error));
    }
  }

  private List<Pending> nextBatch() {
    List<Pending> batch = new ArrayList<>();
    int bytes = 0;
    long now = environment.nanoTime();
    Iterator<Pending> next = unsent.iterator();
    while (next.hasNext() && batch.size() < LeaderQueue.MAX_BATCH_COMMANDS) {
      Pending command = next.next();
      bytes += command.payload.size() + OVERHEAD;
      if (!batch.isEmpty() && bytes > LeaderQueue.batchBytes(config.maxEntryBytes())) {
        break;
      }
      next.remove();
      command.underWay = true;
      command.sentNanos = now;
      command.maybeLogged++;
      batch.add(command);
    }
    return batch;
  }

  private void delivered(
      List<Pending> batch, @Nullable ForwardResponseProto response, @Nullable Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    boolean refused =
        cause instanceof ConnectException || (response != null && !response.getTaken());
    synchronized (this) {
      deliveries--;
      for (Pending command : batch) {
        command.underWay = false;
        if (refused) {
          // Not into the log: the next tick sends it again.
          command.maybeLogged--;
          command.sentNanos -= SEND_AGAIN.toNanos();
        }
      }
    }
    if (response != null) {
      for (AnswerProto answer : response.getAnswersList()) {
        answered(answer.getSequence(), answer.getAnswer().toByteArray());
      }
    }
    deliver();
  }

  /** A command was applied on this voter. */
  void applied(CommandProto command, byte[] answer) {
    if (command.getClient().equals(client)) {
      answered(command.getSequence(), answer);
    }
  }

  private void answered(long sequence, byte[] answer) {
    Pending command = remove(sequence);
    if (command != null) {
      command.answer.complete(answer);
    }
  }

  private synchronized @Nullable Pending remove(long sequence) {
    Pending command = pending.remove(sequence);
    if (command != null) {
      unsent.remove(command);
    }
    return command;
  }

  /**
   * The state was replaced by a snapshot's: commands in it were applied, and their answers are
   * lost.
   *
   * @param isDone whether a command of this run is in the snapshot
   */
  void restored(LongPredicate isDone) {
    List<Long> sequences;
    synchronized (this) {
      sequences = pending.keySet().stream().filter(isDone::test).toList();
    }
    for (long sequence : sequences) {
      Pending command = remove(sequence);
      if (command != null) {
        command.answer.completeExceptionally(
            new OutcomeUnknownException(
                ErrorCode.CONNECTION_LOST,
                "voter %s learned by a snapshot that the command was applied, without its answer"
                    .formatted(config.self())));
      }
    }
  }

  /** Comes again as long as something waits. */
  private void tick() {
    try {
      lookAtAll();
    } finally {
      synchronized (this) {
        ticking = !pending.isEmpty();
        if (ticking) {
          environment.schedule(TICK, this::tick);
        }
      }
    }
  }

  private void lookAtAll() {
    List<Pending> late = new ArrayList<>();
    synchronized (this) {
      long now = environment.nanoTime();
      Iterator<Pending> oldest = pending.values().iterator();
      while (oldest.hasNext()) {
        Pending command = oldest.next();
        if (now - command.deadlineNanos >= 0) {
          late.add(command);
          oldest.remove();
          unsent.remove(command);
        } else if (!command.underWay && now - command.sentNanos >= SEND_AGAIN.toNanos()) {
          unsent.add(command);
        }
      }
    }
    for (Pending command : late) {
      command.answer.completeExceptionally(late(command));
    }
    deliver();
  }

  private OrbitException late(Pending command) {
    Duration waited = config.requestTimeout();
    if (command.maybeLogged == 0) {
      return new NotExecutedException(
          ErrorCode.DEADLINE_BEFORE_EXECUTION,
          waits
              .get()
              .orElseGet(
                  () ->
                      "voter %s of group '%s' found no leader for the command within %s; are a majority of %s up?"
                          .formatted(
                              config.self(), config.group(), waited, config.voters().keySet())));
    }
    return new OutcomeUnknownException(
        ErrorCode.DEADLINE_DURING_EXECUTION,
        "group '%s' did not confirm the command within %s".formatted(config.group(), waited));
  }

  /** Fails everything, now and later. Idempotent. */
  void close(String reason) {
    List<Pending> lost;
    synchronized (this) {
      if (closed != null) {
        return;
      }
      closed = reason;
      lost = new ArrayList<>(pending.values());
      pending.clear();
      unsent.clear();
      leader = Optional.empty();
    }
    for (Pending command : lost) {
      command.answer.completeExceptionally(
          command.maybeLogged == 0
              ? new NotExecutedException(
                  ErrorCode.SHUTTING_DOWN,
                  "voter %s stopped before it could send the command: %s"
                      .formatted(config.self(), reason))
              : new OutcomeUnknownException(
                  ErrorCode.CONNECTION_LOST,
                  "voter %s stopped before the command was confirmed: %s"
                      .formatted(config.self(), reason)));
    }
  }
}
