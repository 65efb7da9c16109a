package dev.orbit.benchmarks.agreement;

import dev.orbit.api.address.Endpoint;
import dev.orbit.benchmarks.contenders.Echo;
import dev.orbit.benchmarks.contenders.EchoActor;
import dev.orbit.runtime.OrbitNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A whole node, one of three voters. Arguments: its number, its directory, and the Raft ports of
 * all. Says {@code usable} when it serves its part and a call through it was answered; stops when
 * its input ends.
 */
final class NodeWorker {
  private NodeWorker() {}

  public static void main(String[] arguments) throws InterruptedException, IOException {
    String self = Group.name(arguments[0]);
    List<String> ports = List.of(arguments).subList(2, arguments.length);
    Group group = Group.of(ports);
    OrbitNode node =
        OrbitNode.builder()
            .cluster("bench")
            .name(self)
            .listen(new Endpoint("127.0.0.1", 0))
            .raftListen(group.at(arguments[0]))
            .voters(group.voters())
            .dataDirectory(Path.of(arguments[1]))
            .actors(EchoActor.class)
            .start();
    node.awaitReady(Duration.ofSeconds(60));
    // The others may still be joining, and a view that changes hands the actor over.
    while (node.view().members().size() < ports.size()) {
      Thread.sleep(1);
    }
    node.actors().get(Echo.class, 1).echo("usable?");
    Lines.say("usable");
    System.in.transferTo(OutputStream.nullOutputStream());
    node.close();
    System.exit(0);
  }
}
