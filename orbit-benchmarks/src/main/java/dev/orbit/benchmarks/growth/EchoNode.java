package dev.orbit.benchmarks.growth;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.benchmarks.contenders.Echo;
import dev.orbit.benchmarks.contenders.EchoActor;
import dev.orbit.benchmarks.harness.Worker;
import dev.orbit.benchmarks.harness.Workload;
import dev.orbit.runtime.NodeReport;
import dev.orbit.runtime.OrbitNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A process that can have one node. Arguments: its name, the voters as {@code n1=host:port,...},
 * and a directory for its data, or {@code -} where it is the only voter or none.
 *
 * <p>Beside what every {@link Worker} obeys:
 *
 * <pre>
 * join                      starts the node
 * leave                     stops it
 * die                       ends it as if its process had died
 * await NAME...             waits until these are the members, and all have what they own
 * text BYTES                what is echoed from now on
 * actors RANGE COUNT NAME.. has that many actors of these nodes active, which are called from now
 *                           on; answers nanoseconds. Of one range, fewer are among more
 * pauses                    collections since the last such question: number, all, the longest
 * </pre>
 *
 * <p>Its workload {@code echo} calls one of the actors, drawn anew for each call. As in a service
 * that takes the key out of a request, the reference is made for the call.
 */
final class EchoNode {
  private static final String TYPE = "benchmarks.contenders.Echo";

  /** Enough for a million, which is the default, and what earlier points have left behind. */
  private static final int MOST_ACTORS = 2_000_000;

  private static final int ACTIVATED_AT_ONCE = 512;
  private static final int RANGE_BITS = 32;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String name;
  private final Map<String, Endpoint> voters;
  private final @Nullable Path data;
  private final Pauses pauses = new Pauses();
  private volatile @Nullable OrbitNode node;
  private volatile long[] keys = {};
  private volatile String text = "x".repeat(100);

  private EchoNode(String name, Map<String, Endpoint> voters, @Nullable Path data) {
    this.name = name;
    this.voters = voters;
    this.data = data;
  }

  public static void main(String[] args) throws IOException {
    Map<String, Endpoint> voters = new TreeMap<>();
    for (String voter : args[1].split(",")) {
      String[] pair = voter.split("=", 2);
      voters.put(pair[0], Endpoint.parse(pair[1]));
    }
    EchoNode process = new EchoNode(args[0], voters, args[2].equals("-") ? null : Path.of(args[2]));
    Worker.serve(
        "",
        Map.of("echo", (Workload.Blocking) _ -> process.echo()),
        Map.of(
            "join", _ -> process.join(),
            "leave", _ -> process.leave(),
            "die", _ -> process.die(),
            "await", words -> process.await(namesFrom(words, 1)),
            "text", words -> process.text(Integer.parseInt(words[1])),
            "actors",
                words ->
                    process.actors(
                        Long.parseLong(words[1]), Integer.parseInt(words[2]), namesFrom(words, 3)),
            "pauses", _ -> process.pauses.taken()));
    process.leave();
    System.exit(0);
  }

  private static Set<String> namesFrom(String[] words, int first) {
    return new TreeSet<>(Arrays.asList(words).subList(first, words.length));
  }

  private String join() {
    OrbitNode.Builder builder =
        OrbitNode.builder()
            .cluster("growth")
            .name(name)
            .voters(voters)
            .actors(EchoActor.class)
            .maxActivations(MOST_ACTORS)
            .targetActivations(MOST_ACTORS)
            .memoryHighWater(1)
            .idleAfter(Duration.ofHours(1))
            .rebalancePerSecond(0);
    if (data != null) {
      builder.dataDirectory(data);
    }
    OrbitNode started = builder.start();
    node = started;
    if (!started.awaitReady(PATIENCE)) {
      throw new IllegalStateException(name + " is not ready: " + started.report());
    }
    return "";
  }

  private String leave() {
    OrbitNode present = node;
    node = null;
    if (present != null) {
      present.close();
    }
    return "";
  }

  private String die() {
    OrbitNode present = node;
    node = null;
    if (present != null) {
      present.kill();
    }
    return "";
  }

  private OrbitNode node() {
    OrbitNode present = node;
    if (present == null) {
      throw new IllegalStateException(name + " has not joined");
    }
    return present;
  }

  private String await(Set<String> names) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isMadeOf(node().view(), names) || !hasAll(node().report())) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("members are not " + names + ": " + node().view());
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    return "";
  }

  /** Whether these are the members and each owns a part, which it does not while it joins. */
  private static boolean isMadeOf(ClusterView view, Set<String> names) {
    Set<String> owners =
        view.partitions().owners().stream()
            .flatMap(Optional::stream)
            .map(EchoNode::nameOf)
            .collect(Collectors.toSet());
    return view.members().size() == names.size() && owners.equals(names);
  }

  private static boolean hasAll(NodeReport report) {
    return report.partitionsServed() == report.partitionsOwned();
  }

  private static String nameOf(MemberId member) {
    return member.node().key();
  }

  private String text(int bytes) {
    text = "x".repeat(bytes);
    return "";
  }

  private String actors(long range, int count, Set<String> hosts) throws InterruptedException {
    PartitionTable partitions = node().view().partitions();
    long[] chosen =
        LongStream.iterate(range << RANGE_BITS, key -> key + 1)
            .filter(
                key ->
                    partitions
                        .owner(new AddressableReference(TYPE, Key.of(key)))
                        .filter(owner -> hosts.contains(nameOf(owner)))
                        .isPresent())
            .limit(count)
            .toArray();
    long begun = System.nanoTime();
    activate(chosen);
    keys = chosen;
    return Long.toString(System.nanoTime() - begun);
  }

  private void activate(long[] chosen) throws InterruptedException {
    Semaphore places = new Semaphore(ACTIVATED_AT_ONCE);
    AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    for (long key : chosen) {
      places.acquire();
      var _ =
          node()
              .actors()
              .get(Echo.class, key)
              .echoLater("")
              .whenComplete(
                  (_, failure) -> {
                    if (failure != null) {
                      failed.set(failure);
                    }
                    places.release();
                  });
    }
    places.acquire(ACTIVATED_AT_ONCE);
    Throwable failure = failed.get();
    if (failure != null) {
      throw new CompletionException(failure);
    }
  }

  private void echo() {
    String sent = text;
    long[] present = keys;
    long key = present[ThreadLocalRandom.current().nextInt(present.length)];
    if (!sent.equals(node().actors().get(Echo.class, key).echo(sent))) {
      throw new IllegalStateException("a wrong answer");
    }
  }
}
