package dev.orbit.benchmarks.contenders;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.benchmarks.harness.Worker;
import dev.orbit.benchmarks.harness.Workload;
import dev.orbit.runtime.OrbitNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * Node {@code near}, in which the calls are made. Takes the far node's Raft endpoint and the size
 * of the text.
 */
public final class OrbitNear {
  private static final String TYPE = "benchmarks.contenders.Echo";
  private static final int ACTORS_A_SIDE = 1_024;

  private OrbitNear() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    String text = "x".repeat(Integer.parseInt(args[1]));
    try (OrbitNode node =
        OrbitNode.builder()
            .cluster("benchmark")
            .name("near")
            .voters(Map.of("far", Endpoint.parse(args[0])))
            .actors(EchoActor.class)
            .start()) {
      NodeId far = new NodeId("far", node.id().namespace());
      awaitMember(node, far);
      Worker.serve("", workloads(node, far, text));
    }
  }

  private static Map<String, Workload> workloads(OrbitNode node, NodeId far, String text) {
    List<Echo> here = echoes(node, node.id());
    List<Echo> there = echoes(node, far);
    AtomicLong fresh = new AtomicLong(1L << 40);
    Map<String, Workload> workloads = new LinkedHashMap<>();
    workloads.put("local", blocking(here, text));
    workloads.put("local-async", staged(here, text));
    workloads.put("remote", blocking(there, text));
    workloads.put("remote-async", staged(there, text));
    workloads.put(
        "activate",
        (Workload.Blocking)
            caller -> {
              long key = fresh.incrementAndGet();
              while (!isOwner(node.view(), key, far)) {
                key = fresh.incrementAndGet();
              }
              check(text, node.actors().get(Echo.class, key).echo(text));
            });
    return workloads;
  }

  private static Workload blocking(List<Echo> actors, String text) {
    return (Workload.Blocking) caller -> check(text, actors.get(caller % actors.size()).echo(text));
  }

  private static Workload staged(List<Echo> actors, String text) {
    return (Workload.Staged)
        caller -> {
          CompletableFuture<String> answer =
              actors.get(caller % actors.size()).echoLater(text).toCompletableFuture();
          return answer.thenAccept(given -> check(text, given));
        };
  }

  private static void check(String expected, String given) {
    if (!expected.equals(given)) {
      throw new IllegalStateException("a wrong answer");
    }
  }

  private static List<Echo> echoes(OrbitNode node, NodeId host) {
    return LongStream.iterate(0, key -> key + 1)
        .filter(key -> isOwner(node.view(), key, host))
        .limit(ACTORS_A_SIDE)
        .mapToObj(key -> node.actors().get(Echo.class, key))
        .toList();
  }

  private static boolean isOwner(ClusterView view, long key, NodeId host) {
    return view.partitions()
        .owner(new AddressableReference(TYPE, Key.of(key)))
        .filter(owner -> owner.node().equals(host))
        .isPresent();
  }

  private static void awaitMember(OrbitNode node, NodeId wanted) throws InterruptedException {
    for (int i = 0; i < 600; i++) {
      if (node.view().member(wanted).isPresent() && node.view().member(node.id()).isPresent()) {
        return;
      }
      Thread.sleep(50);
    }
    throw new IllegalStateException("node %s did not join: %s".formatted(wanted, node.view()));
  }
}
