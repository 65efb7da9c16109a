package dev.orbit.benchmarks.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.benchmarks.agreement.Lines;
import dev.orbit.runtime.NodeReport;
import dev.orbit.runtime.OrbitNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * One node of {@link DirectoryFigures}. Arguments: its name, its data directory, which type is
 * activated ({@code hash} or {@code random}), the duration of a lease in milliseconds, and the Raft
 * ports of the three voters.
 *
 * <p>Says {@code ready} with the time ({@link System#nanoTime}, which the processes of a machine
 * share) when it serves its part. Then it is told, by lines, and answers each by {@code ok}:
 *
 * <pre>
 * activate FROM TO   calls those actors for the first time; answers nanoseconds
 * heap               answers bytes in use after collections
 * hosted             answers how many activations there are here
 * lookup             answers nanoseconds that it takes to find the owner of an actor
 * watch FROM ACTORS  begins to call some of so many actors
 * watched            ends that, and answers how long they waited, and until when
 * members COUNT      answers the time at which the view had so many members
 * served             answers the time from which on it had all entries of what it owns
 * </pre>
 */
final class HostWorker {
  private static final int UNDER_WAY = 512;
  private static final int LOOKUPS = 20_000_000;
  private static final int LOOKED_UP = 1 << 16;
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final OrbitNode node;
  private final Class<? extends Idle> type;
  private final String typeName;
  private @Nullable Watch watch;

  private HostWorker(OrbitNode node, boolean random) {
    this.node = node;
    this.type = random ? Idle.Strewn.class : Idle.class;
    this.typeName = random ? "bench.Strewn" : "bench.Idle";
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    String name = arguments[0];
    Map<String, Endpoint> voters = new TreeMap<>();
    for (int i = 4; i < arguments.length; i++) {
      voters.put("n" + (i - 3), new Endpoint("127.0.0.1", Integer.parseInt(arguments[i])));
    }
    OrbitNode node =
        OrbitNode.builder()
            .cluster("bench")
            .name(name)
            .listen(new Endpoint("127.0.0.1", 0))
            .voters(voters)
            .dataDirectory(Path.of(arguments[1]))
            .leaseDuration(Duration.ofMillis(Long.parseLong(arguments[3])))
            .actors(Idle.IdleActor.class, Idle.StrewnActor.class)
            .maxActivations(2_000_000)
            .targetActivations(2_000_000)
            .memoryHighWater(1)
            .idleAfter(Duration.ofHours(1))
            .rebalancePerSecond(0)
            .start();
    node.awaitReady(BOUND);
    Lines.say("ready " + System.nanoTime());
    new HostWorker(node, arguments[2].equals("random")).serve();
    System.exit(0);
  }

  private void serve() throws IOException, InterruptedException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Lines.say("ok " + obey(line.trim().split(" ")));
    }
  }

  private String obey(String[] words) throws InterruptedException {
    return switch (words[0]) {
      case "activate" ->
          Long.toString(activate(Long.parseLong(words[1]), Long.parseLong(words[2])));
      case "heap" -> Long.toString(heap());
      case "hosted" -> Integer.toString(hosted());
      case "lookup" -> "%.1f".formatted(lookupNanos());
      case "watch" -> {
        Watch begun =
            new Watch(node, type, typeName, Long.parseLong(words[1]), Long.parseLong(words[2]));
        watch = begun;
        begun.begin();
        yield "";
      }
      case "watched" -> {
        Watch present = watch;
        yield present == null ? "" : present.end();
      }
      case "members" -> {
        int count = Integer.parseInt(words[1]);
        while (node.view().members().size() != count) {
          TimeUnit.MILLISECONDS.sleep(1);
        }
        yield Long.toString(System.nanoTime());
      }
      case "served" -> {
        NodeReport seen = node.report();
        while (seen.partitionsServed() < seen.partitionsOwned()) {
          TimeUnit.MILLISECONDS.sleep(1);
          seen = node.report();
        }
        yield Long.toString(System.nanoTime());
      }
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  private long activate(long from, long to) throws InterruptedException {
    Semaphore places = new Semaphore(UNDER_WAY);
    AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    long begun = System.nanoTime();
    for (long key = from; key < to; key++) {
      places.acquire();
      var _ =
          node.actors()
              .async(node.actors().get(type, key), Idle::touch)
              .whenComplete(
                  (_, failure) -> {
                    if (failure != null) {
                      failed.set(failure);
                    }
                    places.release();
                  });
    }
    places.acquire(UNDER_WAY);
    Throwable failure = failed.get();
    if (failure != null) {
      throw new CompletionException(failure);
    }
    return System.nanoTime() - begun;
  }

  private int hosted() {
    return node.report().activations().values().stream().mapToInt(Integer::intValue).sum();
  }

  private static long heap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** As a call does where its actor is not active here and nothing else is known of it. */
  private double lookupNanos() {
    List<AddressableReference> actors =
        LongStream.range(0, LOOKED_UP)
            .mapToObj(key -> new AddressableReference(typeName, Key.of(key)))
            .toList();
    AddressableReference[] all = actors.toArray(AddressableReference[]::new);
    double best = Double.MAX_VALUE;
    long found = 0;
    for (int round = 0; round < 5; round++) {
      long begun = System.nanoTime();
      for (int i = 0; i < LOOKUPS; i++) {
        PartitionTable partitions = node.view().partitions();
        AddressableReference actor = all[i & (LOOKED_UP - 1)];
        // The sum of what was found is looked at, so that nothing of it can be left out.
        found += partitions.owner(partitions.partitionOf(actor)).orElseThrow().incarnation();
      }
      best = Math.min(best, (System.nanoTime() - begun) / (double) LOOKUPS);
    }
    if (found == 0) {
      throw new IllegalStateException("nobody owns anything");
    }
    return best;
  }
}
