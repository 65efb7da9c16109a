package dev.orbit.raft.internal.cluster;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import java.time.Duration;

/** Commands for tests, in few words. */
public final class Commands {
  public static final ClusterSettings SETTINGS =
      new ClusterSettings("shop", 64, Duration.ofSeconds(6), Duration.ofMillis(600));

  private Commands() {}

  static NodeId node(String key) {
    return new NodeId(key, "shop");
  }

  static CommandEnvelope join(String key) {
    return join(key, SETTINGS);
  }

  static CommandEnvelope join(String key, ClusterSettings settings) {
    return CommandEnvelope.repeatable(
        new ClusterCommand.Join(
            node(key), new Endpoint("127.0.0.1", 7400), NodeCapabilities.NONE, settings));
  }

  /** The join of a node that is to own nothing yet. */
  static CommandEnvelope joining(String key) {
    return CommandEnvelope.repeatable(
        new ClusterCommand.Join(
            node(key),
            new Endpoint("127.0.0.1", 7400),
            NodeCapabilities.NONE,
            SETTINGS,
            NodeStatus.JOINING));
  }

  static CommandEnvelope command(ClusterCommand command) {
    return CommandEnvelope.repeatable(command);
  }

  static CommandEnvelope sentBy(String client, long sequence, CommandEnvelope envelope) {
    return new CommandEnvelope(ByteString.copyFromUtf8(client), sequence, envelope.command());
  }

  static MemberId life(String key, long incarnation) {
    return new MemberId(node(key), incarnation);
  }
}
