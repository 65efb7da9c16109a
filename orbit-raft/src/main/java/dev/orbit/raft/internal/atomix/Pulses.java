package dev.orbit.raft.internal.atomix;

import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.raft.consensus.EngineConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Knows to which peers a leader is silent though it is alive. Atomix sends no heartbeat while an
 * append to that peer waits for its answer, nor to one that has failed often, and a slow disk at
 * either end would cost an election. Twice a heartbeat it is looked for such peers; those that hear
 * appends as often as they should need nothing else. Thread-safe.
 */
final class Pulses {
  private final Environment environment;
  private final Duration look;
  private final long longestNanos;
  private final Map<String, Appends> peers = new TreeMap<>();
  private final Consumer<List<String>> silence;
  private @Nullable Cancellable timer;
  private boolean closed;

  private static final class Appends {
    final AtomicInteger unanswered = new AtomicInteger();
    volatile long sentNanos;
  }

  /**
   * Looks for nothing before {@link #begin}.
   *
   * @param silence takes the peers that hear nothing, at each look where there are any; on a timer
   *     thread
   */
  Pulses(Environment environment, EngineConfig config, Consumer<List<String>> silence) {
    this.environment = environment;
    this.look = config.heartbeatInterval().dividedBy(2);
    // A heartbeat that is a little late is none that is missing. With the look it makes less than
    // two, which is the least that an election timeout may be.
    this.longestNanos = config.heartbeatInterval().multipliedBy(5).dividedBy(4).toNanos();
    this.silence = silence;
    for (String voter : config.voters().keySet()) {
      if (!voter.equals(config.self())) {
        peers.put(voter, new Appends());
      }
    }
  }

  /** This voter leads from now on. */
  synchronized void begin() {
    end();
    long now = environment.nanoTime();
    peers.values().forEach(peer -> peer.sentNanos = now);
    if (!peers.isEmpty() && !closed) {
      timer = environment.scheduleRepeatedly(look, this::look);
    }
  }

  /** It leads no more. Idempotent. */
  synchronized void end() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Looks for nothing any more, whoever leads. Idempotent. */
  synchronized void close() {
    closed = true;
    end();
  }

  /** An append was sent to that peer. */
  void sent(String peer) {
    Appends appends = peers.get(peer);
    if (appends != null) {
      appends.sentNanos = environment.nanoTime();
      appends.unanswered.incrementAndGet();
    }
  }

  /**
   * One that was sent is over.
   *
   * @param answered whether the peer has taken it: one that fails it before Atomix sees it has
   *     heard nothing of its leader
   */
  void over(String peer, boolean answered) {
    Appends appends = peers.get(peer);
    if (appends != null) {
      if (!answered) {
        appends.sentNanos = environment.nanoTime() - longestNanos;
      }
      appends.unanswered.decrementAndGet();
    }
  }

  private void look() {
    long now = environment.nanoTime();
    List<String> silent =
        peers.entrySet().stream()
            .filter(peer -> isSilent(peer.getValue(), now))
            .map(Map.Entry::getKey)
            .toList();
    if (!silent.isEmpty()) {
      silence.accept(silent);
    }
  }

  private boolean isSilent(Appends appends, long now) {
    return appends.unanswered.get() > 0 || now - appends.sentNanos >= longestNanos;
  }
}
