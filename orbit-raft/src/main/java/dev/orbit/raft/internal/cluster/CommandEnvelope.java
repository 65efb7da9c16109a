package dev.orbit.raft.internal.cluster;

import com.google.protobuf.ByteString;

/**
 * A command and who sends it.
 *
 * @param client identifies the sending process, drawn at random, at most {@value
 *     #MAX_CLIENT_LENGTH} bytes; empty for a command that is applied as often as it comes
 * @param sequence grows with each command of the client
 */
public record CommandEnvelope(ByteString client, long sequence, ClusterCommand command) {
  /** The longest identifier of a client, in bytes. */
  public static final int MAX_CLIENT_LENGTH = 16;

  /** A command that may be applied twice without harm. */
  public static CommandEnvelope repeatable(ClusterCommand command) {
    return new CommandEnvelope(ByteString.EMPTY, 0, command);
  }
}
