package dev.orbit.proto;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.placement.NodeLoad;
import dev.orbit.api.state.Fence;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a message says. Arguments and results of invocations stand here as JSON only when they came
 * from, or go to, an end that sends no payload; between Orbit's own ends they are the message's
 * {@link Payload}.
 */
public sealed interface Content {
  /** The message that it answers could not be handled. */
  record Failure(String description, Optional<ErrorCode> code) implements Content {}

  /**
   * Asks which node this is.
   *
   * @param loadOnly whether only the load is wanted, and no members
   */
  record InfoRequest(boolean loadOnly) implements Content {
    public InfoRequest() {
      this(false);
    }
  }

  /**
   * Which node this is, and which others it knows.
   *
   * @param load what it has to do, where it says so
   */
  record InfoResponse(NodeId node, List<Member> members, long viewVersion, Optional<NodeLoad> load)
      implements Content {
    public InfoResponse {
      members = List.copyOf(members);
    }

    /** Without its load. */
    public InfoResponse(NodeId node, List<Member> members, long viewVersion) {
      this(node, members, viewVersion, Optional.empty());
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
   * @param credit what later calls to the actor have to carry, which had no room; 0 for nothing
   */
  record InvocationError(
      String description,
      String platform,
      Optional<ErrorCode> code,
      Optional<String> remoteType,
      Optional<Duration> retryAfter,
      long credit)
      implements Content {
    /** One after which later calls need to carry nothing. */
    public InvocationError(
        String description,
        String platform,
        Optional<ErrorCode> code,
        Optional<String> remoteType,
        Optional<Duration> retryAfter) {
      this(description, platform, code, remoteType, retryAfter, 0);
    }

    /** The same for want of room at the actor. */
    public InvocationError withCredit(long number) {
      return new InvocationError(description, platform, code, remoteType, retryAfter, number);
    }
  }

  /**
   * Who the sender is; the first message each way between Orbit's own ends.
   *
   * @param node empty from a client
   * @param takesEncodings the encodings of deflated frames that it can inflate, at most {@value
   *     #MAX_ENCODINGS}
   * @param succession in place of which streams this one was opened
   * @param bulk what it takes in parts
   */
  record Hello(
      int protocolVersion,
      String cluster,
      Optional<NodeId> node,
      long incarnation,
      int maxMessageBytes,
      boolean takesBatches,
      List<Integer> takesEncodings,
      Succession succession,
      Bulk bulk)
      implements Content {
    /** More than there will ever be. */
    public static final int MAX_ENCODINGS = 32;

    public Hello {
      takesEncodings = List.copyOf(takesEncodings);
    }
  }

  /**
   * The streams that one end has opened one after the other, each in place of the one before.
   *
   * @param session drawn by the process that dials; 0 where it does not say
   * @param connection which of its connections to the node
   * @param generation greater than that of every stream before
   * @param beside whether those before are still used, and stay
   */
  record Succession(long session, int connection, long generation, boolean beside) {
    /** The end does not say. */
    public static final Succession NONE = new Succession(0, 0, 0, false);
  }

  /**
   * What an end takes in parts.
   *
   * @param maxBytes the largest payload; 0 for none
   * @param window how many bytes of payloads it keeps at a time
   * @param carried whether this stream is the one for parts
   */
  record Bulk(int maxBytes, long window, boolean carried) {
    /** It takes none. */
    public static final Bulk NONE = new Bulk(0, 0, false);
  }

  /** Several messages at once, in their order. Batches do not nest. */
  record Batch(List<Message> messages) implements Content {
    public Batch {
      messages = List.copyOf(messages);
    }
  }

  /**
   * A part of a payload that is too large for its message.
   *
   * @param data its bytes, where they are not the message's payload
   */
  record Chunk(long transferId, int sequence, boolean last, long totalBytes, byte[] data)
      implements Content {}

  /** How it stands with a payload that goes in parts. */
  enum TransferStep {
    /** All of it is there, and is kept until its message comes. */
    KEPT,
    /** There is no room for it, or it makes no sense. */
    REFUSED,
    /** It is no longer kept. */
    CLAIMED,
    /** Its message does not come. */
    DROPPED,
    /** Open a stream for parts. */
    WANTED
  }

  /** How it stands with that transfer. */
  record Transfer(long id, TransferStep step) implements Content {}

  /**
   * So many calls of the receiver to the actor may have no answer yet.
   *
   * @param messages 0 for as many as it likes
   * @param validMillis for how long that holds
   */
  record Credit(AddressableReference reference, long messages, long validMillis)
      implements Content {}

  /** The sender no longer waits for that message. */
  record Cancel(long messageId) implements Content {}

  /** A question to the owner of a partition. */
  sealed interface DirectoryRequest extends Content {
    /** The actor that it is about. */
    AddressableReference reference();
  }

  /** Where is the actor? */
  record Lookup(AddressableReference reference) implements DirectoryRequest {}

  /**
   * The member wants to host the actor, if nobody does.
   *
   * @param activation at least 1; greater than in every earlier request of that member
   */
  record Register(AddressableReference reference, MemberId host, long activation)
      implements DirectoryRequest {}

  /**
   * That activation of the member, and every earlier one, is over.
   *
   * @param carried what it had in memory and the next one is to have
   */
  record Unregister(
      AddressableReference reference, MemberId host, long activation, Optional<Carried> carried)
      implements DirectoryRequest {
    /** With nothing carried. */
    public Unregister(AddressableReference reference, MemberId host, long activation) {
      this(reference, host, activation, Optional.empty());
    }
  }

  /** The owner's answer. */
  sealed interface DirectoryResponse extends Content {}

  /** Nobody hosts the actor. */
  record Nowhere() implements DirectoryResponse {}

  /**
   * The member that asked may host the actor from now on.
   *
   * @param carried what the activation before had in memory, if it was kept
   */
  record Granted(Fence fence, Optional<Carried> carried) implements DirectoryResponse {
    /** With nothing carried. */
    public Granted(Fence fence) {
      this(fence, Optional.empty());
    }
  }

  /**
   * What one activation of an actor leaves to the next in memory. The bytes are shared, not copied:
   * nobody changes them.
   *
   * @param bytes 1 to {@value #MOST_BYTES}
   */
  record Carried(byte[] bytes) {
    /** Large enough for a session, small enough for a lane that others wait for. */
    public static final int MOST_BYTES = 64 << 10;

    public Carried {
      if (bytes.length < 1 || bytes.length > MOST_BYTES) {
        throw new IllegalArgumentException(
            "carried are %d bytes; allowed are 1 to %d".formatted(bytes.length, MOST_BYTES));
      }
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Carried(byte[] others) && Arrays.equals(bytes, others);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "Carried[%d bytes]".formatted(bytes.length);
    }
  }

  /**
   * That member hosts the actor.
   *
   * @param activation 0 where it was chosen and has not registered yet
   */
  record Hosted(MemberId host, long activation, Fence fence) implements DirectoryResponse {}

  /** Catch up with that view, and ask the owner by that view. */
  record Refresh(long viewVersion) implements DirectoryResponse {}

  /** The member has registered a later activation since. */
  record Superseded() implements DirectoryResponse {}

  /** Noted. */
  record Done() implements DirectoryResponse {}

  /** Which entries are asked for. */
  enum EntriesKind {
    /** All entries of partitions that the member owned before the view of the message. */
    HAND_OVER,
    /** What the member itself hosts in the partitions. */
    HOSTED,
    /** Both, for comparing; and which of the partitions it does not serve. */
    AUDIT
  }

  /**
   * Asks for a chunk of entries.
   *
   * @param transfer the number that the asker gives to the whole; chunk 0 opens it
   */
  record EntriesRequest(
      EntriesKind kind, List<Integer> partitions, MemberId asker, long transfer, int chunk)
      implements Content {
    /** The chunk that is asked for when everything has arrived; its answer has no entries. */
    public static final int RECEIVED = Integer.MAX_VALUE;

    public EntriesRequest {
      partitions = List.copyOf(partitions);
    }
  }

  /**
   * A chunk of entries.
   *
   * @param last whether no other follows
   * @param unavailable partitions of which the member has nothing to hand over
   */
  record EntriesResponse(List<Entry> entries, boolean last, List<Integer> unavailable)
      implements Content {
    public EntriesResponse {
      entries = List.copyOf(entries);
      unavailable = List.copyOf(unavailable);
    }
  }

  /** The member does not know that transfer, or is another than the one meant. */
  record EntriesRefused() implements Content {}

  /**
   * An entry of the directory.
   *
   * @param activation 0 for a host that was chosen and has not registered yet
   */
  record Entry(AddressableReference reference, MemberId host, long activation, Fence fence) {}

  /**
   * Where the next call of the actor should go.
   *
   * @param host empty for the owner of the partition
   * @param viewVersion the view of whoever says so
   */
  record LocationHint(AddressableReference reference, Optional<MemberId> host, long viewVersion)
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
