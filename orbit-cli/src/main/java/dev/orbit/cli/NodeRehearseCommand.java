package dev.orbit.cli;

import dev.orbit.api.address.Endpoint;
import dev.orbit.client.OrbitClient;
import dev.orbit.examples.bank.Account;
import dev.orbit.runtime.OrbitNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Does once what a node and a client do when they start, in a directory that is removed afterwards:
 * the launcher has the JVM write down which classes that takes, so that later starts find them
 * ready.
 */
@Command(name = "rehearse", hidden = true, description = "Runs a node for a moment.")
final class NodeRehearseCommand implements Callable<Integer> {
  private static final int CALLS = 20;

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory("orbit-rehearsal");
    LogSetup.toFile(directory.resolve("log"));
    try {
      rehearse(directory);
      return ExitCodes.OK;
    } finally {
      remove(directory);
    }
  }

  private static void rehearse(Path directory) throws Exception {
    Endpoint raft = new Endpoint(Ports.HOST, Ports.free(1).getFirst());
    try (OrbitNode node =
            Demo.BANK
                .on(OrbitNode.builder())
                .cluster("rehearsal")
                .name("n1")
                .voters(Map.of("n1", raft))
                .dataDirectory(directory.resolve("raft"))
                .sharedStateFile(directory.resolve("state.db"))
                .start();
        OrbitClient client = OrbitClient.connect(node.endpoint().toString())) {
      for (int i = 0; i < CALLS; i++) {
        Account account = client.get(Account.class, "account-" + i);
        account.deposit("deposit-" + i, 100);
        account.transfer("transfer-" + i, "account-0-" + i, 50);
        account.statement();
      }
      Json.line(Json.tree(Json.pretty(List.of(node.report().members()))));
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
