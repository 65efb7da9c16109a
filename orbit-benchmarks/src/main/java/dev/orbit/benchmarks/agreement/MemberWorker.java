package dev.orbit.benchmarks.agreement;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.raft.RaftConfig;
import dev.orbit.raft.RaftNode;
import dev.orbit.transport.env.SystemEnvironment;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A voter that is a member, and nothing on top. Arguments: its number, its directory, and the Raft
 * ports of all. Says {@code joined}; ends with its input.
 */
final class MemberWorker {
  private static final Duration JOIN = Duration.ofMinutes(2);

  private MemberWorker() {}

  public static void main(String[] arguments) throws IOException {
    Group group = Group.of(List.of(arguments).subList(2, arguments.length));
    RaftConfig config =
        RaftConfig.builder(new NodeId(Group.name(arguments[0]), "bench"), group.voters())
            .listen(group.at(arguments[0]))
            .dataDirectory(Path.of(arguments[1]))
            .build();
    RaftNode node = RaftNode.open(new SystemEnvironment(), config);
    node.start();
    node.membership().join(new Endpoint("127.0.0.1", 7400), NodeCapabilities.NONE, JOIN);
    Lines.say("joined");
    System.in.transferTo(OutputStream.nullOutputStream());
    System.exit(0);
  }
}
