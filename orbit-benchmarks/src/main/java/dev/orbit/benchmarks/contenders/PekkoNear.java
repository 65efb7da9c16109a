package dev.orbit.benchmarks.contenders;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import dev.orbit.benchmarks.contenders.PekkoCluster.Answer;
import dev.orbit.benchmarks.contenders.PekkoCluster.Ask;
import dev.orbit.benchmarks.harness.Worker;
import dev.orbit.benchmarks.harness.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/** Pekko's node in which the asks are made. Takes the far node's port and the size of the text. */
public final class PekkoNear {
  private static final int ENTITIES_A_SIDE = 1_024;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private PekkoNear() {}

  public static void main(String[] args) throws IOException {
    String text = "x".repeat(Integer.parseInt(args[1]));
    ActorSystem<Void> system = PekkoCluster.start("near", Integer.parseInt(args[0]));
    ClusterSharding sharding = ClusterSharding.get(system);
    Map<String, Workload> workloads = new LinkedHashMap<>();
    add(workloads, "local", asks(entities(sharding, PekkoCluster.NEAR), text));
    add(workloads, "remote", asks(entities(sharding, PekkoCluster.FAR), text));
    add(
        workloads,
        "remote-protobuf",
        protobufAsks(
            entities(sharding, PekkoCluster.FAR_PROTOBUF), ActorRefResolver.get(system), text));
    AtomicLong fresh = new AtomicLong();
    workloads.put(
        "activate",
        (Workload.Blocking)
            caller -> {
              EntityRef<Ask> entity =
                  sharding.entityRefFor(PekkoCluster.FAR, "fresh-" + fresh.incrementAndGet());
              join(ask(entity, text));
            });
    awaitAnswer(sharding, text);
    Worker.serve("", workloads);
    system.terminate();
  }

  /** Shards are allocated at the first message, which may come before the cluster has formed. */
  private static void awaitAnswer(ClusterSharding sharding, String text) {
    for (EntityTypeKey<Ask> type : List.of(PekkoCluster.FAR, PekkoCluster.NEAR)) {
      join(ask(sharding.entityRefFor(type, "first"), text));
    }
  }

  /** The same asks once as stages and once by callers that block. */
  private static void add(Map<String, Workload> workloads, String name, Workload.Staged asks) {
    workloads.put(name + "-async", asks);
    workloads.put(name, (Workload.Blocking) caller -> join(asks.call(caller)));
  }

  private static Workload.Staged asks(List<EntityRef<Ask>> entities, String text) {
    return caller -> ask(entities.get(caller % entities.size()), text);
  }

  private static CompletionStage<Answer> ask(EntityRef<Ask> entity, String text) {
    return entity
        .<Answer>ask(from -> new Ask(text, from), TIMEOUT)
        .thenApply(
            answer -> {
              check(text, answer.text());
              return answer;
            });
  }

  private static Workload.Staged protobufAsks(
      List<EntityRef<Any>> entities, ActorRefResolver resolver, String text) {
    ByteString bytes = ByteString.copyFrom(text, StandardCharsets.UTF_8);
    return caller ->
        entities
            .get(caller % entities.size())
            .<StringValue>ask(
                from ->
                    Any.newBuilder()
                        .setTypeUrl(resolver.toSerializationFormat(from))
                        .setValue(bytes)
                        .build(),
                TIMEOUT)
            .thenApply(
                answer -> {
                  check(text, answer.getValue());
                  return answer;
                });
  }

  private static void check(String expected, String given) {
    if (!expected.equals(given)) {
      throw new CompletionException(new IllegalStateException("a wrong answer"));
    }
  }

  private static void join(CompletionStage<?> answer) {
    answer.toCompletableFuture().join();
  }

  private static <T> List<EntityRef<T>> entities(ClusterSharding sharding, EntityTypeKey<T> type) {
    return IntStream.range(0, ENTITIES_A_SIDE)
        .mapToObj(i -> sharding.entityRefFor(type, Integer.toString(i)))
        .toList();
  }
}
