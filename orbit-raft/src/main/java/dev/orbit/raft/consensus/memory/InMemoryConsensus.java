package dev.orbit.raft.consensus.memory;

import dev.orbit.api.env.Environment;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.internal.concurrent.SerialQueue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A group of voters in one process.
 *
 * <p>There is one log. A command is committed when it reaches the leader while the leader is
 * connected to a majority; the leader applies it at once, the others when a message has told them.
 * A voter that is cut off applies nothing, submits in vain and, if it led, believes that it still
 * leads until it is back. Entries that all running voters have applied are dropped; a voter that
 * starts gets the state of the most advanced one.
 *
 * <p>What is submitted is committed at most once; an answer that got lost shows as an unknown
 * outcome after the request timeout.
 *
 * <p>Thread-safe. The methods that change the course of things do so a moment later, as tasks of
 * the group's queue.
 */
public final class InMemoryConsensus {
  /** How soon a command that found no leader looks for one again. */
  private static final Duration RETRY = Duration.ofMillis(20);

  private final Environment environment;
  private final SortedSet<String> voters;
  private final SerialQueue queue;
  private volatile InMemoryOptions options;

  // All below belongs to the queue.
  private final Map<String, InMemoryEngine> running = new TreeMap<>();
  private final ArrayDeque<Entry> log = new ArrayDeque<>();
  private long lastIndex;
  private long term;
  private @Nullable InMemoryEngine leader;
  private boolean electionDue;
  private byte @Nullable [] kept;
  private long keptIndex;

  private record Entry(long index, byte[] command) {}

  /**
   * A group that begins when a majority of its voters has started.
   *
   * @param voters the names of all voters
   */
  public InMemoryConsensus(
      Environment environment, SortedSet<String> voters, InMemoryOptions options) {
    this.environment = environment;
    this.voters = new TreeSet<>(voters);
    this.options = options;
    this.lastIndex = options.firstIndex() - 1;
    this.queue = new SerialQueue(environment.vitalThreads());
  }

  /** A voter. After it was closed, a new one of the same name takes its place. */
  public ConsensusEngine engine(String voter) {
    if (!voters.contains(voter)) {
      throw new IllegalArgumentException("%s is no voter of the group %s".formatted(voter, voters));
    }
    return new InMemoryEngine(this, voter);
  }

  /** How the group behaves from now on; timeouts already running and the first index stay. */
  public void behave(InMemoryOptions changed) {
    this.options = changed;
  }

  /** Makes {@code voter} the leader if it runs and is connected to a majority. */
  public void elect(String voter) {
    queue.execute(
        () -> {
          InMemoryEngine engine = running.get(voter);
          if (engine != null && engine.connected && connected().size() > voters.size() / 2) {
            lead(engine);
          }
        });
  }

  /** Cuts a voter off from the others. */
  public void disconnect(String voter) {
    queue.execute(() -> setConnected(voter, false));
  }

  /** Ends what {@link #disconnect} began. */
  public void reconnect(String voter) {
    queue.execute(() -> setConnected(voter, true));
  }

  Environment environment() {
    return environment;
  }

  InMemoryOptions options() {
    return options;
  }

  SerialQueue queue() {
    return queue;
  }

  void started(InMemoryEngine engine) {
    InMemoryEngine before = running.put(engine.name, engine);
    if (before != null) {
      before.stop();
    }
    restore(engine);
    if (engine.isRunning()) {
      leader().ifPresent(l -> engine.led(new Leadership(term, Optional.of(l.name), false)));
      considerElection();
    }
  }

  void stopped(InMemoryEngine engine) {
    if (!running.remove(engine.name, engine)) {
      return;
    }
    if (running.isEmpty()) {
      kept = snapshot(engine);
      keptIndex = engine.applied;
    }
    if (leader == engine) {
      leaderLost();
    }
  }

  /** Brings a request to the leader; it comes again later if there is none. */
  void route(InMemoryRequest request) {
    later(() -> arrive(request));
  }

  private void arrive(InMemoryRequest request) {
    if (request.isOver()) {
      return;
    }
    InMemoryEngine from = request.engine();
    boolean reachable =
        leader != null
            && leader.connected
            && (from.connected || from == leader)
            && connected().size() > voters.size() / 2;
    if (!reachable || leader == null) {
      environment.schedule(RETRY, () -> queue.execute(() -> arrive(request)));
      return;
    }
    request.sent();
    if (isLost()) {
      return;
    }
    Entry entry = new Entry(++lastIndex, request.command());
    log.addLast(entry);
    byte @Nullable [] answer = deliver(leader, entry.index());
    if (answer != null && !isLost()) {
      later(() -> request.answer(answer));
    }
    for (InMemoryEngine engine : connected()) {
      if (engine != leader) {
        later(() -> deliver(engine, entry.index()));
      }
    }
  }

  /** Lets a voter apply what it has not yet, up to an entry; the answer is that entry's. */
  private byte @Nullable [] deliver(InMemoryEngine engine, long upTo) {
    byte[] answer = null;
    if (engine.connected && running.get(engine.name) == engine) {
      for (Entry entry : log) {
        if (entry.index() > engine.applied && entry.index() <= upTo && engine.isRunning()) {
          answer = engine.apply(entry.index(), entry.command());
        }
      }
      trim();
    }
    return answer;
  }

  private void trim() {
    long applied = running.values().stream().mapToLong(e -> e.applied).min().orElse(0);
    while (!log.isEmpty() && log.getFirst().index() <= applied) {
      log.removeFirst();
    }
  }

  private void restore(InMemoryEngine engine) {
    Optional<InMemoryEngine> source =
        running.values().stream()
            .filter(other -> other != engine)
            .max(Comparator.comparingLong((InMemoryEngine other) -> other.applied));
    if (source.isPresent()) {
      engine.restore(source.get().applied, snapshot(source.get()));
    } else if (kept != null) {
      engine.restore(keptIndex, kept);
    } else {
      engine.applied = lastIndex - log.size();
    }
    deliver(engine, lastIndex);
  }

  private static byte[] snapshot(InMemoryEngine engine) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      engine.stateMachine().snapshot(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return out.toByteArray();
  }

  private void setConnected(String voter, boolean connected) {
    InMemoryEngine engine = running.get(voter);
    if (engine == null || engine.connected == connected) {
      return;
    }
    engine.connected = connected;
    if (connected) {
      // It learns of the present leader before it catches up, as it would from the first append.
      engine.led(seenBy(engine));
      later(() -> deliver(engine, lastIndex));
    } else if (engine == leader) {
      electionDue = false;
    }
    considerElection();
  }

  private Leadership seenBy(InMemoryEngine engine) {
    return new Leadership(term, leader().map(l -> l.name), engine == leader);
  }

  private Optional<InMemoryEngine> leader() {
    return Optional.ofNullable(leader);
  }

  private void leaderLost() {
    leader = null;
    for (InMemoryEngine engine : connected()) {
      engine.led(seenBy(engine));
    }
    considerElection();
  }

  private void considerElection() {
    boolean hasLeader = leader != null && leader.connected;
    if (hasLeader || electionDue || connected().size() <= voters.size() / 2) {
      return;
    }
    electionDue = true;
    if (term == 0) {
      queue.execute(this::hold);
    } else {
      environment.schedule(options.electionTimeout(), () -> queue.execute(this::hold));
    }
  }

  private void hold() {
    electionDue = false;
    List<InMemoryEngine> candidates = connected();
    boolean hasLeader = leader != null && leader.connected;
    if (!hasLeader && candidates.size() > voters.size() / 2) {
      lead(candidates.get(environment.random().nextInt(candidates.size())));
    }
  }

  private void lead(InMemoryEngine elected) {
    if (elected == leader) {
      return;
    }
    term++;
    leader = elected;
    for (InMemoryEngine engine : connected()) {
      engine.led(seenBy(engine));
    }
    later(() -> deliver(elected, lastIndex));
  }

  private List<InMemoryEngine> connected() {
    List<InMemoryEngine> list = new ArrayList<>();
    for (InMemoryEngine engine : running.values()) {
      if (engine.connected && engine.isRunning()) {
        list.add(engine);
      }
    }
    return list;
  }

  private boolean isLost() {
    double loss = options.loss();
    return loss > 0 && environment.random().nextDouble() < loss;
  }

  private void later(Runnable message) {
    InMemoryOptions now = options;
    long least = now.leastDelay().toNanos();
    long spread = now.mostDelay().toNanos() - least;
    long delay = spread == 0 ? least : least + environment.random().nextLong(spread + 1);
    if (delay == 0) {
      queue.execute(message);
    } else {
      environment.schedule(Duration.ofNanos(delay), () -> queue.execute(message));
    }
  }
}
