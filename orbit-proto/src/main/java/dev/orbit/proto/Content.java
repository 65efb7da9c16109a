package dev.orbit.proto;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.state.Fence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a message says. Arguments and results of invocations stand here as JSON only when they came
 * from, or go to, an end that sends no payload; between Orbit's own ends they are the message's
 * {@link Payload}.
 */
public sealed interface Content {
  /** The message that it answers could not be handled. */
  record Failure(String description, Optional<ErrorCode> code) implements Content {}

  /** Asks which node this is. */
  record InfoRequest() implements Content {}

  /** Which node this is, and which others it knows. */
  record InfoResponse(NodeId node, List<Member> members, long viewVersion) implements Content {
    public InfoResponse {
      members = List.copyOf(members);
    }
  }

  /** Why an invocation arrives where it does. */
  enum InvocationReason {
    /** The sender chose the target. */
    INVOCATION,
    /** Another node passed it on. */
    REROUTED
  }

  /**
   * Run a method of an actor.
   *
   * @param arguments a JSON array, empty when the message carries a payload
   */
  record InvocationRequest(
      AddressableReference reference,
      String method,
      String arguments,
      InvocationReason reason,
      boolean oneWay)
      implements Content {}

  /**
   * The method returned.
   *
   * @param value the result as JSON, empty when the message carries a payload
   */
  record InvocationResponse(String value) implements Content {}

  /**
   * The method threw, or was not run.
   *
   * @param description what a person reads first
   * @param platform what the actor threw in the words of its platform; empty when it was not run
   * @param code empty from an end that knows no codes
   */
  record InvocationError(
      String description,
      String platform,
      Optional<ErrorCode> code,
      Optional<String> remoteType,
      Optional<Duration> retryAfter)
      implements Content {}

  /**
   * Who the sender is; the first message each way between Orbit's own ends.
   *
   * @param node empty from a client
   */
  record Hello(
      int protocolVersion,
      String cluster,
      Optional<NodeId> node,
      long incarnation,
      int maxMessageBytes,
      boolean takesBatches)
      implements Content {}

  /** Several messages at once, in their order. Batches do not nest. */
  record Batch(List<Message> messages) implements Content {
    public Batch {
      messages = List.copyOf(messages);
    }
  }

  /** A part of a message that is too large for one. */
  record Chunk(long transferId, int sequence, boolean last, long totalBytes, byte[] data)
      implements Content {}

  /** The receiver may send so many more; an empty type stands for the node. */
  record Credit(String addressableType, long messages, long bytes) implements Content {}

  /** The sender no longer waits for that message. */
  record Cancel(long messageId) implements Content {}

  /** Answer once you have applied that view, and say what you lost by it and have not stopped. */
  record ViewBarrierRequest(long viewVersion) implements Content {}

  /**
   * That view is applied.
   *
   * @param viewVersion the view that the sender has applied, at least the one that was asked for
   * @param busyPartitions the partitions in which activations that the sender lost have not stopped
   */
  record ViewBarrierResponse(long viewVersion, List<Integer> busyPartitions) implements Content {
    public ViewBarrierResponse {
      busyPartitions = List.copyOf(busyPartitions);
    }
  }

  /** What to do with a directory entry. */
  enum DirectoryOperation {
    LOOKUP,
    REGISTER,
    UNREGISTER
  }

  /** A question to the owner of a partition. */
  record DirectoryRequest(
      DirectoryOperation operation,
      AddressableReference reference,
      Optional<NodeId> host,
      long hostIncarnation)
      implements Content {}

  /**
   * The owner's answer.
   *
   * @param refreshToView the view to catch up with before asking again; 0 when the answer is final
   */
  record DirectoryResponse(
      Optional<NodeId> host, long hostIncarnation, Fence fence, long refreshToView)
      implements Content {}

  /** Asks which lease an address is held under. */
  record LeaseRequest(String namespace, AddressableReference reference) implements Content {}

  /** The lease that an address is held under. */
  record LeaseResponse(
      AddressableReference reference, NodeId node, Instant expiresAt, Instant renewAt)
      implements Content {}

  /** The sender closes this stream on purpose; what it has not answered it has not run. */
  record Goodbye(String reason) implements Content {}

  /**
   * Run one method of many actors with the same arguments, which are the message's payload.
   *
   * @param references the actors, at most {@link #MAX_GROUP}; none when a type says which
   * @param activeType all actors of that type that are in memory
   * @param hereOnly whether the sender has asked the other nodes itself
   */
  record GroupRequest(
      List<AddressableReference> references,
      Optional<String> activeType,
      String method,
      boolean hereOnly)
      implements Content {
    /** The most actors of one group: their results must fit into one message of usual size. */
    public static final int MAX_GROUP = 65_536;

    public GroupRequest {
      references = List.copyOf(references);
    }
  }

  /**
   * How it went.
   *
   * @param gaps the nodes from which nothing is known of the actors that they have in memory
   */
  record GroupResponse(List<GroupOutcome> outcomes, List<GroupGap> gaps) implements Content {
    public GroupResponse {
      outcomes = List.copyOf(outcomes);
      gaps = List.copyOf(gaps);
    }
  }

  /**
   * How it went with one actor.
   *
   * @param error empty when the method returned
   * @param result empty when it failed or returns nothing
   */
  record GroupOutcome(
      AddressableReference reference, Optional<InvocationError> error, Optional<Payload> result) {}

  /** A node that did not answer for its actors. */
  record GroupGap(NodeId node, InvocationError error) {}

  /**
   * Follows who waits for whom.
   *
   * @param path the calls and turns seen so far, the queued call that it began with first; not
   *     empty
   * @param actor to which actor the last turn of the path made the call that it waits for
   * @param callId which call that is
   * @param round 1 or 2
   * @param hops how often it was passed on by nodes that do not host the actor
   */
  record WaitProbe(
      List<CallLink> path, AddressableReference actor, long callId, int round, int hops)
      implements Content {
    public WaitProbe {
      path = List.copyOf(path);
    }
  }
}
