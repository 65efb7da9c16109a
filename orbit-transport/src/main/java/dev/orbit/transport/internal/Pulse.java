package dev.orbit.transport.internal;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.limits.BreakerConfig;
import dev.orbit.transport.limits.CircuitBreaker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a peer that is connected says anything, and the breaker that keeps callers from it when
 * it does not.
 *
 * <p>A request that reaches its deadline does not tell whether the node or the actor is slow. So
 * the peer is then asked something that every node answers at once, without any actor. Only where
 * it says nothing at all for {@link TransportConfig#maxSilence}, the requests that it left
 * unanswered count as failed; whatever comes from it, a failure of an actor too, counts as success.
 *
 * <p>Attempts to connect are not counted: as long as there is no connection {@link Peer} refuses by
 * the pauses of {@link Backoff}, and a peer that greets begins with a closed breaker. So one of the
 * two refuses at a time, with the same code.
 *
 * <pre>
 *  no connection:  the link is down for a pause, then one attempt is the trial
 *  connection:     the breaker is open for a pause, then a few requests and a question are the trial
 * </pre>
 *
 * <p>Thread-safe.
 */
final class Pulse {
  private static final Logger log = LoggerFactory.getLogger(Pulse.class);

  private final Environment environment;
  private final Counters counters;
  private final NodeId node;
  private final CircuitBreaker breaker;
  private final BreakerConfig config;
  private final Duration maxSilence;
  private final Runnable ask;
  private final AtomicLong heard = new AtomicLong();
  private final LongAdder refused = new LongAdder();

  // Guarded by this.
  private int missed;
  private boolean asking;
  private long heardWhenAsked;

  /**
   * The pulse of a peer that has not been heard yet.
   *
   * @param ask asks the peer something
   */
  Pulse(Shared shared, NodeId node, Runnable ask) {
    this.environment = shared.environment();
    this.counters = shared.counters();
    this.node = node;
    this.config = shared.config().breaker();
    this.breaker = new CircuitBreaker(config);
    this.maxSilence = shared.config().maxSilence();
    this.ask = ask;
  }

  /** Whether a request of that content may go to the peer. */
  boolean admits(Content content) {
    // What nodes tell each other goes to a peer that says nothing, too.
    if (!isOfACaller(content) || breaker.state() == CircuitBreaker.State.CLOSED) {
      return true;
    }
    if (!breaker.admits(environment.nanoTime())) {
      refused.increment();
      counters.breakerRefused.increment();
      return false;
    }
    // The answer to the trial itself may take its actor long.
    listen(0);
    return true;
  }

  /** Whether somebody's call is in it, and not what nodes tell each other. */
  static boolean isOfACaller(Content content) {
    return content instanceof Content.InvocationRequest || content instanceof Content.GroupRequest;
  }

  /** How long it surely admits nobody. */
  Duration pause() {
    return breaker.untilTrial(environment.nanoTime());
  }

  /** Something has come from the peer. */
  void heard() {
    heard.incrementAndGet();
    boolean open = breaker.state() != CircuitBreaker.State.CLOSED;
    breaker.succeeded();
    if (open && breaker.state() == CircuitBreaker.State.CLOSED) {
      log.info("event=breaker-closed peer={}", node);
    }
  }

  /** There is a new connection, over which the peer has greeted. */
  void renewed() {
    breaker.reset();
  }

  /** The peer has left a request unanswered until its deadline. */
  void missed() {
    listen(1);
  }

  private void listen(int more) {
    if (maxSilence.isZero()) {
      return;
    }
    synchronized (this) {
      missed = Math.min(config.window(), missed + more);
      if (asking) {
        return;
      }
      asking = true;
      heardWhenAsked = heard.get();
    }
    ask.run();
    environment.schedule(maxSilence, this::judge);
  }

  private void judge() {
    int failed;
    synchronized (this) {
      asking = false;
      failed = heard.get() == heardWhenAsked ? Math.max(1, missed) : 0;
      missed = 0;
    }
    long now = environment.nanoTime();
    long before = breaker.opened();
    for (int i = 0; i < failed; i++) {
      breaker.failed(now);
    }
    if (breaker.opened() > before) {
      counters.breakersOpened.increment();
      log.warn(
          "event=breaker-opened peer={} silentMillis={} retryMillis={}",
          node,
          maxSilence.toMillis(),
          config.pause().toMillis());
    }
  }

  /** What the breaker does at present. */
  CircuitBreaker.State state() {
    return breaker.state();
  }

  /** How often the breaker has opened. */
  long opened() {
    return breaker.opened();
  }

  /** How many requests it has refused. */
  long refused() {
    return refused.sum();
  }
}
