package dev.orbit.benchmarks.directory;

import dev.orbit.benchmarks.agreement.Lines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a million actors cost three nodes of 2 GiB of heap in all, and how long they are out of
 * reach when a node joins or dies.
 *
 * <pre>
 * --actors N          how many; 1000000
 * --placed hash       owners host their actors, so that these need no entry
 * --placed random     actors are anywhere, so that two of three have an entry at another node
 * --heap MB           of each node; 682
 * --histogram yes     also what the heap of one node is made of
 * </pre>
 *
 * <p>It prints: the heap of the nodes before and after, and the difference by actor; how long it
 * took to activate them all by calls from all three nodes (their first calls, at most 512 a node
 * under way); what it takes to find the owner of an actor; then, while 200 actors are called from
 * one node all the time, how long a fourth node took to start, how long after the view that has it
 * the partitions were served, and the longest that any of the actors was out of reach; and the same
 * when one of the first three nodes is killed as by -9, whose lease of 6 s has to run out first.
 */
public final class DirectoryFigures {
  private static final double MILLION = 1e6;

  /** The default. */
  private static final Duration LEASE = Duration.ofSeconds(6);

  private final long actors;
  private final String placed;
  private final int heapMegabytes;
  private final boolean histogram;
  private final Hosts hosts;
  private final List<Lines> nodes;

  private DirectoryFigures(
      long actors, String placed, int heapMegabytes, boolean histogram, Path directory) {
    this.actors = actors;
    this.placed = placed;
    this.heapMegabytes = heapMegabytes;
    this.histogram = histogram;
    this.hosts =
        new Hosts(
            directory,
            placed,
            LEASE,
            List.of("-Xmx%dm".formatted(heapMegabytes), "-XX:+UseSerialGC"));
    this.nodes = hosts.nodes();
  }

  public static void main(String[] arguments) throws Exception {
    long actors = 1_000_000;
    String placed = "hash";
    int heap = 682;
    boolean histogram = false;
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--actors" -> actors = Long.parseLong(value);
        case "--placed" -> placed = value;
        case "--heap" -> heap = Integer.parseInt(value);
        case "--histogram" -> histogram = value.equals("yes");
        default -> throw new IllegalArgumentException("no option: " + arguments[i]);
      }
    }
    Path directory = Files.createTempDirectory("directory-figures");
    try {
      new DirectoryFigures(actors, placed, heap, histogram, directory).run();
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
      }
    }
  }

  private void run() throws Exception {
    System.out.printf(
        "%,d actors placed by %s, three nodes of %d MiB of heap%n", actors, placed, heapMegabytes);
    try {
      hosts.startThree();
      weigh();
      System.out.printf(
          "to find the owner of an actor takes %s ns%n", Hosts.ask(nodes.getFirst(), "lookup"));
      join();
      die();
    } finally {
      hosts.close();
    }
  }

  private void weigh() throws Exception {
    // All classes are there, and all connections.
    Hosts.ask(nodes.get(0), "activate -2000 -1000");
    Hosts.ask(nodes.get(1), "activate -3000 -2000");
    Hosts.ask(nodes.get(2), "activate -4000 -3000");
    long before = Hosts.sum(Hosts.askAll(nodes, "heap"));
    long begun = System.nanoTime();
    long part = actors / nodes.size();
    for (int i = 0; i < nodes.size(); i++) {
      long to = i == nodes.size() - 1 ? actors : (i + 1) * part;
      nodes.get(i).tell("activate %d %d".formatted(i * part, to));
    }
    for (Lines node : nodes) {
      node.await("ok", Hosts.PATIENCE);
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    List<Long> heaps = Hosts.askAll(nodes, "heap");
    long after = Hosts.sum(heaps);
    System.out.printf(
        "activated in %.1f s: %,.0f a second; on the nodes are %s%n",
        seconds, actors / seconds, Hosts.askAll(nodes, "hosted"));
    System.out.printf(
        "heap in use %,.1f MB before, %,.1f MB after: %.0f B by actor (directory and host)%n",
        before / MILLION, after / MILLION, (after - before) / (double) actors);
    if (histogram) {
      printHistogram(nodes.getFirst().pid());
    }
  }

  private static void printHistogram(long pid) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/jcmd",
                Long.toString(pid),
                "GC.class_histogram")
            .start();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(jcmd.getInputStream(), StandardCharsets.UTF_8))) {
      lines.lines().limit(24).forEach(System.out::println);
      lines.lines().forEach(_ -> {});
    }
  }

  private void join() throws Exception {
    Lines caller = nodes.getFirst();
    Hosts.ask(caller, "watch 0 " + actors);
    Thread.sleep(2_000);
    long begun = System.nanoTime();
    Lines fourth = hosts.start("n4");
    nodes.add(fourth);
    List<Lines> before = nodes.subList(0, 3);
    before.forEach(node -> node.tell("members 4"));
    long ready = Long.parseLong(fourth.await("ready ", Hosts.PATIENCE));
    long viewed = Long.MAX_VALUE;
    for (Lines node : before) {
      viewed = Math.min(viewed, Long.parseLong(node.await("ok", Hosts.PATIENCE)));
    }
    long served = Math.max(ready, Hosts.latest(Hosts.askAll(nodes, "served")));
    Thread.sleep(2_000);
    System.out.printf(
        "a fourth node: ready after %.1f s; from the view that has it until all is served %.0f"
            + " ms%n",
        (ready - begun) / 1e9, (served - viewed) / 1e6);
    printWaits(Hosts.ask(caller, "watched"));
  }

  private void die() throws Exception {
    Lines caller = nodes.getFirst();
    Hosts.ask(caller, "watch 0 " + actors);
    Thread.sleep(2_000);
    Lines victim = nodes.remove(1);
    long killed = System.nanoTime();
    victim.kill();
    List<Long> seen = Hosts.askAll(nodes, "members 3");
    long first = seen.stream().mapToLong(Long::longValue).min().orElseThrow();
    long served = Hosts.latest(Hosts.askAll(nodes, "served"));
    Thread.sleep(2_000);
    System.out.printf(
        "a node killed: the view without it after %.1f s; from then until all is served %.0f ms%n",
        (first - killed) / 1e9, (served - first) / 1e6);
    printWaits(Hosts.ask(caller, "watched"));
  }

  /** The median is that of the longest waits of single actors. */
  private static void printWaits(String answer) {
    String[] words = answer.split(" ");
    System.out.printf(
        "  longest wait for an answer: %s actors with owner and host as before: median %s ms, worst"
            + " %s ms; %s others: median %s ms, worst %s ms%n",
        words[1], words[2], words[3], words[5], words[6], words[7]);
  }
}
