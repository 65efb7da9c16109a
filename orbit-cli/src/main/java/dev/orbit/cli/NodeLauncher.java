package dev.orbit.cli;

import dev.orbit.api.address.Endpoint;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts node processes. */
final class NodeLauncher {
  /**
   * Enough for a hundred thousand idle actors; small enough for five nodes on a laptop. A node that
   * begins with little uses the same few megabytes again and again, and not each of them once.
   */
  private static final List<String> HEAP = List.of("-Xms40m", "-Xmx256m");

  private final DataDirectory directory;

  NodeLauncher(DataDirectory directory) {
    this.directory = directory;
  }

  /**
   * Starts a process for the node, which ends when {@code cluster.dev()} does.
   *
   * @param replace whether it takes the place of one that lost its Raft log
   * @return the process; its {@code node.json} tells when it is ready
   */
  Process start(ClusterFile cluster, NodeSpec node, boolean replace) {
    Path log = directory.log(node.name());
    List<String> command = command(cluster, node, replace);
    try {
      Files.createDirectories(log.getParent());
      return new ProcessBuilder(shielded(command))
          .redirectErrorStream(true)
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw new UserError(
          ExitCodes.FAILED, "cannot start %s (%s)".formatted(node.name(), e.getMessage()), e);
    }
  }

  /**
   * Ctrl-C reaches every process of the terminal; the nodes leave it to {@code orbit dev} to end
   * them in order. What is ignored before {@code exec} stays ignored after it.
   */
  private static List<String> shielded(List<String> command) {
    List<String> shielded =
        new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "orbit-node"));
    shielded.addAll(command);
    return shielded;
  }

  private List<String> command(ClusterFile cluster, NodeSpec node, boolean replace) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags());
    command.addAll(furtherFlags());
    command.addAll(program());
    NodeOrder order = NodeOrder.of(cluster, node, directory, replace);
    String metrics = System.getenv("ORBIT_METRICS_BASE");
    if (metrics != null && !metrics.isBlank()) {
      int port =
          Integer.parseInt(metrics.strip())
              + cluster.nodes().stream().map(NodeRow::name).toList().indexOf(node.name());
      order = order.withMetrics(new Endpoint(Ports.HOST, port));
    }
    command.addAll(order.arguments());
    return command;
  }

  /** The script {@code orbit}, which rehearses a start, has them too. */
  static List<String> jvmFlags() {
    List<String> flags = new ArrayList<>(HEAP);
    flags.addAll(
        List.of(
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=4",
            "-XX:+ExitOnOutOfMemoryError",
            // What the start took from the C library goes back to the system.
            "-XX:TrimNativeHeapInterval=60000",
            // Chunks of 512 KiB in place of 2 MiB: each arena has one that is written all over.
            "-Dio.netty.allocator.maxOrder=6",
            // Netty's events would have the flight recorder set up, recording or not.
            "-Dio.netty.jfr.enabled=false",
            "-Djavax.management.builder.initial=" + LateMBeans.class.getName()));
    String archive = System.getProperty("orbit.cds", "");
    if (!archive.isEmpty()) {
      // Where it was made for: at a random place each page of it would have to be fitted, for each
      // node anew.
      flags.addAll(
          List.of(
              "-XX:AOTCache=" + archive,
              "-XX:+UnlockDiagnosticVMOptions",
              "-XX:ArchiveRelocationMode=0",
              "-Xlog:cds*=off,aot*=off",
              "-Dorbit.cds=" + archive));
    }
    return flags;
  }

  private static List<String> furtherFlags() {
    String further = System.getenv("ORBIT_NODE_JAVA_OPTS");
    return further == null || further.isBlank()
        ? List.of()
        : List.of(further.strip().split("\\s+"));
  }

  /**
   * This program. A jar says in its manifest that it may load native code; the flag that says the
   * same has the JVM make its modules anew instead of taking them from its archive.
   */
  private static List<String> program() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    if (entries.size() == 1 && entries.getFirst().endsWith(".jar")) {
      return List.of("-jar", entries.getFirst());
    }
    return List.of(
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        String.join(File.pathSeparator, entries),
        Main.class.getName());
  }
}
