package dev.orbit.runtime.internal.hosting;

import dev.orbit.proto.CallLink;
import dev.orbit.proto.CallScope;
import dev.orbit.proto.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds turns that wait for one another in a circle: the turn of A waits for its call to B, which
 * waits in B's queue for the turn of B, which waits for its call to A, which waits in A's queue.
 *
 * <p>A turn that has waited for {@link #PATIENCE} while calls wait for it sends a probe after the
 * call that it waits for. Where that call waits in a queue, or is run by a turn that waits itself,
 * the probe goes on after what is waited for there, from node to node. When it comes to a call that
 * waits for the turn it began with, the circle is closed.
 *
 * <p>A probe sees one wait after the other, and by the time it sees the last the first may be over.
 * So a circle counts only when a second probe, sent after the first has come back, sees exactly the
 * same: calls and turns have ids that are used once, so what is seen before and after a moment was
 * so at that moment, all of it at once. Of all turns of a circle only the one with the highest id
 * ends it, by refusing the call that waits for it; that call has not run.
 *
 * <p>Thread-safe; never blocks.
 */
public final class WaitProbes {
  /** How long a turn waits before somebody asks. Most waits are over long before. */
  static final Duration PATIENCE = Duration.ofMillis(200);

  /** How long until somebody asks again. */
  private static final long PAUSE_NANOS = Duration.ofMillis(300).toNanos();

  /** Turns that wait themselves and that one waiting call is followed to; seldom more than one. */
  private static final int MOST_BRANCHES = 16;

  private static final Logger LOG = LoggerFactory.getLogger(WaitProbes.class);

  private final ActivationTable table;
  private final LongSupplier clock;
  private final Consumer<Content.WaitProbe> route;

  WaitProbes(ActivationTable table, LongSupplier clock, Consumer<Content.WaitProbe> route) {
    this.table = table;
    this.clock = clock;
    this.route = route;
  }

  /** Sends a probe for what holds a call up, if it is time to. */
  public void ask(Call call) {
    Turn running = call.turn();
    if (running != null) {
      ask(running);
    } else {
      // Its turn may wait for the actor to be activated, which no call shows.
      table.find(call.target()).map(Activation::living).ifPresent(this::ask);
    }
  }

  private void ask(Turn turn) {
    long now = clock.getAsLong();
    Turn.Waiting waiting = turn.waiting();
    if (waiting != null
        && now - waiting.sinceNanos() >= PATIENCE.toNanos()
        && !turn.activation().order().mailbox().isEmpty()
        && turn.mayProbe(now, PAUSE_NANOS)) {
      send(List.of(turn.link()), waiting.call(), 1);
    }
  }

  private void send(List<CallLink> path, CallLink call, int round) {
    route.accept(new Content.WaitProbe(path, call.actor(), call.callId(), round, 0));
  }

  /**
   * A probe has come.
   *
   * @return whether the actor that it is about is in memory here
   */
  public boolean arrive(Content.WaitProbe probe) {
    Activation activation = table.find(probe.actor()).orElse(null);
    if (activation == null) {
      return false;
    }
    Turn running = activation.running(probe.callId());
    if (running != null) {
      follow(probe, probe.path(), running);
      return true;
    }
    Call waiting = activation.order().waiting(probe.callId());
    if (waiting != null) {
      List<CallLink> path = longer(probe.path(), waiting.link());
      Obstacles.of(activation, waiting).stream()
          .filter(turn -> isOrigin(probe, turn) || mayFollow(probe, path, turn))
          .limit(MOST_BRANCHES)
          .forEach(turn -> followOrClose(probe, path, turn, waiting));
    }
    return true;
  }

  private static boolean isOrigin(Content.WaitProbe probe, Turn turn) {
    return turn.link().callId() == probe.path().getFirst().callId();
  }

  /** A circle that does not lead to the origin, or that another turn ends, is another probe's. */
  private static boolean mayFollow(Content.WaitProbe probe, List<CallLink> path, Turn turn) {
    long self = turn.link().callId();
    boolean seen = path.stream().anyMatch(link -> link.callId() == self);
    boolean outranked = probe.path().getFirst().callId() < self;
    return turn.waiting() != null && !seen && !outranked && path.size() + 2 <= CallScope.MAX_CHAIN;
  }

  private void followOrClose(
      Content.WaitProbe probe, List<CallLink> path, Turn turn, Call waiting) {
    if (isOrigin(probe, turn)) {
      closed(path, turn, waiting, probe.round());
    } else {
      follow(probe, path, turn);
    }
  }

  private void follow(Content.WaitProbe probe, List<CallLink> path, Turn turn) {
    Turn.Waiting next = turn.waiting();
    if (next != null && mayFollow(probe, path, turn)) {
      send(longer(path, turn.link()), next.call(), probe.round());
    }
  }

  private void closed(List<CallLink> path, Turn turn, Call waiting, int round) {
    if (round == 1) {
      Turn.Waiting first = turn.waiting();
      if (first != null) {
        turn.expectAgain(path);
        send(List.of(turn.link()), first.call(), 2);
      }
    } else if (turn.isExpected(path)) {
      String circle = path.stream().map(CallLink::toString).collect(Collectors.joining(" -> "));
      if (waiting.refuse(Refusals.deadlock(waiting, circle))) {
        LOG.warn("event=deadlock refused={} circle=\"{}\"", waiting, circle);
      }
    }
  }

  private static List<CallLink> longer(List<CallLink> path, @Nullable CallLink... more) {
    List<CallLink> all = new ArrayList<>(path);
    for (CallLink link : more) {
      if (link != null) {
        all.add(link);
      }
    }
    return all;
  }
}
