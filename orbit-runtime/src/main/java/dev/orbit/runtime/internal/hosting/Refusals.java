package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OverloadedException;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The words in which a host refuses calls. */
public final class Refusals {
  /** Idle activations leave memory at once when there are too many, a few at a time. */
  private static final Duration WHEN_NODE_FULL = Duration.ofSeconds(1);

  /** About how long it takes to take a partition over. */
  private static final Duration WHEN_TAKEN_OVER = Duration.ofMillis(50);

  private Refusals() {}

  public static NotExecutedException leaseLost(Object call, NodeId node) {
    return new NotExecutedException(
        ErrorCode.LEASE_LOST,
        "%s did not run: node %s has lost its lease".formatted(call, node.key()));
  }

  public static NotExecutedException shuttingDown(Object call, NodeId node) {
    return new NotExecutedException(
        ErrorCode.SHUTTING_DOWN, "%s did not run: node %s is stopping".formatted(call, node.key()));
  }

  public static NotExecutedException expired(Object call, NodeId node) {
    return new NotExecutedException(
        ErrorCode.DEADLINE_BEFORE_EXECUTION,
        "%s did not run: its deadline passed while it waited on node %s"
            .formatted(call, node.key()));
  }

  static OverloadedException mailboxFull(
      Call call, NodeId node, int capacity, Duration retryAfter) {
    return new OverloadedException(
        "%s did not run: %d calls wait for this actor on node %s already (mailbox-capacity); call it more slowly or spread the load over several actors"
            .formatted(call, capacity, node.key()),
        null,
        retryAfter);
  }

  public static OverloadedException nodeFull(Call call, NodeId node, int most) {
    return new OverloadedException(
        "%s did not run: node %s holds %d activations already (max-activations); add nodes or shorten idle-after"
            .formatted(call, node.key(), most),
        null,
        WHEN_NODE_FULL);
  }

  public static OverloadedException tooManyWait(Object call, NodeId node) {
    return new OverloadedException(
        "%s did not run: too many calls wait on node %s for partitions that are being taken over (waiting-capacity)"
            .formatted(call, node.key()),
        null,
        WHEN_TAKEN_OVER);
  }

  static NotExecutedException deadlock(Call call) {
    return deadlock(
        call,
        Stream.concat(call.context().chain().stream(), Stream.of(call))
            .map(Object::toString)
            .collect(Collectors.joining(" -> ")));
  }

  /**
   * As {@link #deadlock(Call)}, for turns of several chains.
   *
   * @param circle who waits for whom, in words
   */
  static NotExecutedException deadlock(Call call, String circle) {
    return new NotExecutedException(
        ErrorCode.DEADLOCK,
        "%s did not run: it would wait for itself: %s; make the way back one-way or read-only, let %s be @Reentrant, or call after the turn"
            .formatted(call, circle, call.target()));
  }
}
