package dev.orbit.benchmarks.calls;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.runtime.OrbitNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Compares local and remote actor calls with a bare gRPC stream. Prints a table of medians and, for
 * every variant, its throughput as a ratio to the bare stream with as many calls under way.
 *
 * <p>Arguments, all optional: {@code --rounds N} (5), {@code --seconds S} a variant and round (2),
 * {@code --warmup S} seconds a variant (4), {@code --payload BYTES} (100).
 */
public final class CallComparison {
  private static final int ACTORS_A_SIDE = 256;

  private CallComparison() {}

  /** Runs the comparison; exits with 1 if a call fails or answers wrongly. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Options options = Options.parse(args);
    int raftPort = freePort();
    Endpoint raft = new Endpoint("127.0.0.1", raftPort);
    try (OrbitNode node =
            OrbitNode.builder()
                .cluster("benchmark")
                .name("a")
                .voters(Map.of("a", raft))
                .actors(EchoActor.class)
                .start();
        FarProcess far = FarProcess.start(raft)) {
      awaitMember(node, "b");
      try (RawEchoClient raw = new RawEchoClient(far.rawPort(), options.text())) {
        List<Echo> here = echoes(node, "a");
        List<Echo> there = echoes(node, "b");
        Map<String, Variant> variants = new LinkedHashMap<>();
        for (int callers : new int[] {1, 256, 1024}) {
          variants.put("raw stream/" + callers, new Variant.Raw(raw, callers));
        }
        for (int callers : new int[] {1, 256}) {
          variants.put("local/" + callers, new Variant.Blocking(here, callers, options.text()));
          variants.put("remote/" + callers, new Variant.Blocking(there, callers, options.text()));
        }
        for (int callers : new int[] {256, 1024}) {
          variants.put(
              "remote async/" + callers, new Variant.Staged(there, callers, options.text()));
        }
        report(options, measure(variants, options, far));
      }
    }
  }

  private static Map<String, List<Sample>> measure(
      Map<String, Variant> variants, Options options, FarProcess far) throws InterruptedException {
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    for (Map.Entry<String, Variant> variant : variants.entrySet()) {
      variant.getValue().run(options.warmup());
    }
    for (int round = 1; round <= options.rounds(); round++) {
      for (Map.Entry<String, Variant> variant : variants.entrySet()) {
        long cpuBefore = cpuNanos(far);
        Recorder recorder = variant.getValue().run(options.perVariant());
        Sample sample = recorder.sample(cpuNanos(far) - cpuBefore);
        samples.computeIfAbsent(variant.getKey(), name -> new ArrayList<>()).add(sample);
        System.out.printf(
            "round %d %-18s %,12.0f/s p50 %,9.1f us p99 %,9.1f us cpu %6.2f us%n",
            round,
            variant.getKey(),
            sample.callsPerSecond(),
            sample.p50Micros(),
            sample.p99Micros(),
            sample.cpuMicrosPerCall());
      }
    }
    return samples;
  }

  private static void report(Options options, Map<String, List<Sample>> samples) {
    System.out.printf(
        "%nmedians of %d rounds, %d B, %d cores, JDK %s%n",
        options.rounds(),
        options.payloadBytes(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version());
    System.out.println(
        "| variant | calls/s | spread | p50 us | p99 us | CPU us/call | x raw stream |");
    System.out.println("|---|---|---|---|---|---|---|");
    samples.forEach(
        (name, list) -> {
          Sample median = Sample.median(list);
          String yardstick = "raw stream/" + name.substring(name.indexOf('/') + 1);
          double ratio =
              median.callsPerSecond()
                  / Sample.median(samples.getOrDefault(yardstick, list)).callsPerSecond();
          System.out.printf(
              "| %s | %,.0f | %s | %,.1f | %,.1f | %.2f | %.2f |%n",
              name,
              median.callsPerSecond(),
              Sample.spread(list),
              median.p50Micros(),
              median.p99Micros(),
              median.cpuMicrosPerCall(),
              ratio);
        });
  }

  private static long cpuNanos(FarProcess far) {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos()
        + far.cpuNanos();
  }

  private static List<Echo> echoes(OrbitNode node, String host) {
    NodeId wanted = new NodeId(host, node.id().namespace());
    return LongStream.iterate(0, key -> key + 1)
        .filter(
            key ->
                node.view()
                    .partitions()
                    .owner(new AddressableReference("benchmarks.Echo", Key.of(key)))
                    .filter(owner -> owner.node().equals(wanted))
                    .isPresent())
        .limit(ACTORS_A_SIDE)
        .mapToObj(key -> node.actors().get(Echo.class, key))
        .toList();
  }

  private static void awaitMember(OrbitNode node, String name) throws InterruptedException {
    NodeId wanted = new NodeId(name, node.id().namespace());
    for (int i = 0; i < 600; i++) {
      if (node.view().member(wanted).isPresent()) {
        return;
      }
      Thread.sleep(50);
    }
    throw new IllegalStateException("node " + name + " did not join: " + node.view());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** The second process and what it said of itself. */
  private record FarProcess(Process process, int rawPort) implements AutoCloseable {
    static FarProcess start(Endpoint raft) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Optional.ofNullable(System.getProperty("java.home")).orElseThrow() + "/bin/java");
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
      command.addAll(
          List.of("-cp", System.getProperty("java.class.path"), RemoteEnd.class.getName()));
      command.add(raft.toString());
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      BufferedReader output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("ready ")) {
          return new FarProcess(process, Integer.parseInt(line.split(" ", 3)[1]));
        }
      }
      throw new IllegalStateException("the second process ended before it was ready");
    }

    long cpuNanos() {
      return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      process.toHandle().onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }
  }
}
