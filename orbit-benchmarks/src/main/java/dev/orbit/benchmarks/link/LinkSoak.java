package dev.orbit.benchmarks.link;

import dev.orbit.api.address.Endpoint;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * Keeps a link under full load and looks whether either process comes to hold more and more: small
 * calls as fast as they go, beside calls of 64 MiB in parts, over connections that others take the
 * place of all the time. Between two stretches of load both processes say what they hold.
 *
 * <p>Argument: for how many minutes (20). Ends with an exception if a call fails, or if the last
 * third of the looks has more than the first third after the warm-up: a tenth more of live heap, a
 * hundred buffers, or any thread or descriptor more. A buffer that is lost with each connection
 * makes 240 in twenty minutes.
 */
public final class LinkSoak {
  private static final Duration STRETCH = Duration.ofSeconds(20);

  /** So many looks come before what is compared: code is compiled and pools fill meanwhile. */
  private static final int WARM_UP = 3;

  private static final Duration MAX_AGE = Duration.ofSeconds(5);
  private static final int OUTSTANDING = 1_024;
  private static final int SMALL_BYTES = 100;
  private static final int LARGE_BYTES = 64 << 20;
  private static final double MORE = 1.1;

  /** What is in use at a moment differs by some dozens from look to look. */
  private static final long MORE_BUFFERS = 100;

  private LinkSoak() {}

  private record Look(Footprint here, Footprint there) {}

  /** Something that may become so many times what it was, and so much more, by noise. */
  private record Measure(String name, ToLongFunction<Footprint> of, double times, long more) {}

  private static final List<Measure> MEASURES =
      List.of(
          new Measure("heap", Footprint::heapBytes, MORE, 0),
          new Measure("buffers", Footprint::buffers, 1, MORE_BUFFERS),
          new Measure("threads", Footprint::threads, 1, 0),
          new Measure("descriptors", Footprint::files, 1, 0));

  /** Runs it. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Duration length = Duration.ofMinutes(args.length == 0 ? 20 : Long.parseLong(args[0]));
    try (Far far = Far.start();
        SystemEnvironment environment = new SystemEnvironment();
        Transport transport =
            Transports.client(
                environment,
                TransportConfig.builder().maxAge(MAX_AGE).build(),
                NodeIdentity.client(LinkEnd.NODE.namespace()),
                _ -> Optional.of(new Endpoint("127.0.0.1", far.nodePort)))) {
      Links.Link load =
          Links.beside(
              Links.transport(transport, OUTSTANDING, new byte[SMALL_BYTES]),
              transport,
              LARGE_BYTES);
      judge(run(load, far, length));
    }
  }

  private static List<Look> run(Links.Link load, Far far, Duration length)
      throws IOException, InterruptedException {
    System.out.println(
        "| after s | calls/s | p99 us | heap here, there MiB | buffers | their pool MiB | threads"
            + " | descriptors |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    List<Look> looks = new ArrayList<>();
    long began = System.nanoTime();
    while (System.nanoTime() - began < length.toNanos()) {
      Exchange exchange = load.run(STRETCH.toNanos());
      Figures figures = exchange.figures(0, 0, 0);
      Look look = new Look(Footprint.now(), far.footprint());
      looks.add(look);
      System.out.printf(
          "| %d | %,.0f | %,.0f | %.1f, %.1f | %d, %d | %.1f, %.1f | %d, %d | %d, %d |%n",
          TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began),
          figures.callsPerSecond(),
          figures.p99Micros(),
          mib(look.here.heapBytes()),
          mib(look.there.heapBytes()),
          look.here.buffers(),
          look.there.buffers(),
          mib(look.here.bufferBytes()),
          mib(look.there.bufferBytes()),
          look.here.threads(),
          look.there.threads(),
          look.here.files(),
          look.there.files());
    }
    return looks;
  }

  private static double mib(long bytes) {
    return bytes / (double) (1 << 20);
  }

  private static void judge(List<Look> looks) {
    int third = (looks.size() - WARM_UP) / 3;
    if (third < 1) {
      throw new IllegalArgumentException("too short to tell: give it two minutes at least");
    }
    List<Look> first = looks.subList(WARM_UP, WARM_UP + third);
    List<Look> last = looks.subList(looks.size() - third, looks.size());
    List<String> grown = new ArrayList<>();
    for (Measure measure : MEASURES) {
      grown(measure.name + " here", look -> measure.of.applyAsLong(look.here), measure, first, last)
          .ifPresent(grown::add);
      grown(
              measure.name + " there",
              look -> measure.of.applyAsLong(look.there),
              measure,
              first,
              last)
          .ifPresent(grown::add);
    }
    if (!grown.isEmpty()) {
      throw new IllegalStateException("more and more: " + grown);
    }
    System.out.println("flat");
  }

  /** Compares the medians of both parts. */
  private static Optional<String> grown(
      String what, ToLongFunction<Look> of, Measure bound, List<Look> first, List<Look> last) {
    long before = median(of, first);
    long after = median(of, last);
    return after > before * bound.times + bound.more
        ? Optional.of("%s from %d to %d".formatted(what, before, after))
        : Optional.empty();
  }

  private static long median(ToLongFunction<Look> of, List<Look> looks) {
    long[] sorted = looks.stream().mapToLong(of).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
