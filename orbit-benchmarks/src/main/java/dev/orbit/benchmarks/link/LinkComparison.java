package dev.orbit.benchmarks.link;

import dev.orbit.api.address.Endpoint;
import dev.orbit.transport.BulkConfig;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Compares the transport with what it is made of. Prints a table of medians; each variant's
 * throughput is also given as a ratio to batches of 64 made by hand on a bare stream with as many
 * calls under way, where that number is a multiple of 64.
 *
 * <p>Arguments, all optional: {@code --rounds N} (3), {@code --millis MS} a variant and round
 * (1,000), {@code --warmup MS} a variant (2,000), {@code --payload BYTES,...} (100), {@code
 * --outstanding N,...} (1,256,1024), {@code --links NAME,...} (tcp,unix, stream,hand
 * batches,transport,transport by tcp,unbatched; also {@code shared memory}: bare frames in memory
 * that both processes see; {@code beside bulk} and {@code beside whole}: the transport while large
 * calls go to the same node, of 64 MiB in parts and of 15 MiB whole), {@code --json FILE} for every
 * round as a line of JSON.
 */
public final class LinkComparison {
  /** Divides the numbers of calls under way, so that as many are under way as elsewhere. */
  private static final int HAND_BATCH = 64;

  private static final String BY_TCP = "transport by tcp";
  private static final String MEMORY = "shared memory";

  private static final List<String> LINKS =
      List.of("tcp", "unix", "stream", "hand batches", "transport", BY_TCP, "unbatched");

  private static final String BESIDE_BULK = "beside bulk";
  private static final String BESIDE_WHOLE = "beside whole";
  private static final int BULK_BYTES = 64 << 20;
  private static final int WHOLE_BYTES = 15 << 20;

  private LinkComparison() {}

  private record Options(
      int rounds,
      long millis,
      long warmupMillis,
      List<Integer> payloads,
      List<Integer> outstanding,
      List<String> links,
      Optional<Path> json) {
    static Options parse(String[] args) {
      Map<String, String> given = new LinkedHashMap<>();
      for (int i = 0; i + 1 < args.length; i += 2) {
        given.put(args[i], args[i + 1]);
      }
      Options options =
          new Options(
              Integer.parseInt(take(given, "--rounds", "3")),
              Long.parseLong(take(given, "--millis", "1000")),
              Long.parseLong(take(given, "--warmup", "2000")),
              numbers(take(given, "--payload", "100")),
              numbers(take(given, "--outstanding", "1,256,1024")),
              List.of(take(given, "--links", String.join(",", LINKS)).split(",", -1)),
              Optional.of(take(given, "--json", "")).filter(file -> !file.isEmpty()).map(Path::of));
      List<String> known = new ArrayList<>(LINKS);
      known.addAll(List.of(MEMORY, BESIDE_BULK, BESIDE_WHOLE));
      if (!known.containsAll(options.links)) {
        throw new IllegalArgumentException(
            "unknown links in %s; known: %s".formatted(options.links, known));
      }
      if (!given.isEmpty() || args.length % 2 != 0) {
        throw new IllegalArgumentException(
            "unknown: %s; known: --rounds --millis --warmup --payload --outstanding --links --json, each with a value"
                .formatted(given.keySet()));
      }
      return options;
    }

    private static String take(Map<String, String> given, String key, String otherwise) {
      String value = given.remove(key);
      return value == null ? otherwise : value;
    }

    private static List<Integer> numbers(String text) {
      return Arrays.stream(text.split(",", -1)).map(Integer::valueOf).toList();
    }
  }

  /** Runs the comparison; ends with an exception if a call fails. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Options options = Options.parse(args);
    try (Far far = Far.start();
        SystemEnvironment environment = new SystemEnvironment();
        Transport transport = client(environment, TransportConfig.DEFAULT, far);
        Transport byTcp =
            client(environment, TransportConfig.builder().unixSockets(false).build(), far);
        Transport unbatched =
            client(environment, TransportConfig.builder().batchMessages(1).build(), far);
        Transport whole =
            client(environment, TransportConfig.builder().bulk(BulkConfig.OFF).build(), far)) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", far.rawPort)
              .usePlaintext()
              .directExecutor()
              .disableRetry()
              .maxInboundMessageSize(Integer.MAX_VALUE)
              .build();
      Map<String, Links.Link> links = new LinkedHashMap<>();
      for (int size : options.payloads) {
        byte[] payload = new byte[size];
        for (int out : options.outstanding) {
          String name = "%%s/%d B/%d".formatted(size, out);
          links.put(name.formatted("tcp"), Links.bare(far.tcp(), out, payload));
          links.put(name.formatted("unix"), Links.bare(LinkEnd.unix(far.tcpPort), out, payload));
          links.put(name.formatted(MEMORY), Links.memory(far.memory, out, payload));
          links.put(name.formatted("stream"), Links.stream(channel, out, 1, payload));
          if (out % HAND_BATCH == 0) {
            links.put(
                name.formatted("hand batches"), Links.stream(channel, out, HAND_BATCH, payload));
          }
          links.put(name.formatted("transport"), Links.transport(transport, out, payload));
          links.put(name.formatted(BY_TCP), Links.transport(byTcp, out, payload));
          links.put(name.formatted("unbatched"), Links.transport(unbatched, out, payload));
          links.put(
              name.formatted(BESIDE_BULK),
              Links.beside(Links.transport(transport, out, payload), transport, BULK_BYTES));
          links.put(
              name.formatted(BESIDE_WHOLE),
              Links.beside(Links.transport(whole, out, payload), whole, WHOLE_BYTES));
        }
      }
      links
          .keySet()
          .removeIf(name -> !options.links.contains(name.substring(0, name.indexOf('/'))));
      report(options, measure(options, links, far));
      channel.shutdownNow();
    }
  }

  private static Transport client(SystemEnvironment environment, TransportConfig config, Far far) {
    Endpoint endpoint = new Endpoint("127.0.0.1", far.nodePort);
    return Transports.client(
        environment,
        config,
        NodeIdentity.client(LinkEnd.NODE.namespace()),
        node -> Optional.of(endpoint));
  }

  private static Map<String, List<Figures>> measure(
      Options options, Map<String, Links.Link> links, Far far)
      throws IOException, InterruptedException {
    for (Links.Link link : links.values()) {
      link.run(TimeUnit.MILLISECONDS.toNanos(options.warmupMillis));
    }
    Map<String, List<Figures>> all = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    for (int round = 1; round <= options.rounds; round++) {
      for (Map.Entry<String, Links.Link> link : links.entrySet()) {
        long[] there = far.spent();
        long cpu = LinkEnd.cpuNanos();
        long bytes = LinkEnd.allocatedBytes();
        Exchange exchange = link.getValue().run(TimeUnit.MILLISECONDS.toNanos(options.millis));
        long cpuHere = LinkEnd.cpuNanos() - cpu;
        long bytesHere = LinkEnd.allocatedBytes() - bytes;
        long[] thereAfter = far.spent();
        Figures figures =
            exchange.figures(
                cpuHere + thereAfter[0] - there[0], bytesHere, thereAfter[1] - there[1]);
        all.computeIfAbsent(link.getKey(), name -> new ArrayList<>()).add(figures);
        lines.add(figures.json(link.getKey(), round));
        System.out.println(lines.getLast());
      }
    }
    if (options.json.isPresent()) {
      Files.write(options.json.get(), lines);
    }
    return all;
  }

  private static void report(Options options, Map<String, List<Figures>> all) {
    System.out.printf(
        "%n%d rounds of %d ms, medians; JDK %s, %d cores%n",
        options.rounds,
        options.millis,
        Runtime.version(),
        Runtime.getRuntime().availableProcessors());
    System.out.println(
        "| link | calls/s | p50 us | p99 us | CPU us/call | bytes/call here | there | x hand"
            + " batches |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (Map.Entry<String, List<Figures>> entry : all.entrySet()) {
      String[] name = entry.getKey().split("/", 2);
      Figures figures = Figures.median(entry.getValue());
      List<Figures> yardstick = all.get("hand batches/" + name[1]);
      System.out.printf(
          "| %s | %,.0f | %,.1f | %,.1f | %.2f | %,.0f | %,.0f | %s |%n",
          entry.getKey(),
          figures.callsPerSecond(),
          figures.p50Micros(),
          figures.p99Micros(),
          figures.cpuMicros(),
          figures.bytesHere(),
          figures.bytesThere(),
          yardstick == null
              ? ""
              : "%.2f"
                  .formatted(
                      figures.callsPerSecond() / Figures.median(yardstick).callsPerSecond()));
    }
  }
}
