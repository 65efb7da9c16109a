package dev.orbit.benchmarks.link;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.transport.BulkConfig;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Whether what a connection adjusts by itself is better than what stands still: batches against
 * none, a window that grows against one that does not over a long way, and more connections to a
 * node against one. Both ends are in this process. Variants take turns; medians of the rounds.
 */
public final class TuningFigures {
  private static final NodeId NODE = new NodeId("b", "test");
  private static final int ROUNDS = 3;
  private static final int SMALL = 100;
  private static final int LARGE = 64 * 1024;
  private static final int MANY = 1_024;
  private static final int DELAY_MILLIS = 20;
  private static final long LENGTH = TimeUnit.MILLISECONDS.toNanos(1_500);

  private TuningFigures() {}

  private record Variant(TransportConfig config, int bytes, int delayMillis) {}

  /** Prints a table. */
  public static void main(String[] args) throws Exception {
    Map<String, Variant> variants = new LinkedHashMap<>();
    variants.put("batches up to 1 (off)", small(config().batchMessages(1)));
    variants.put("batches up to 128", small(config()));
    for (int connections : new int[] {2, 4, 8}) {
      variants.put(connections + " connections", small(config().maxConnections(connections)));
    }
    variants.put("window of 1 MiB, 40 ms away", far(config().adaptiveWindow(false)));
    variants.put("window that grows, 40 ms away", far(config()));
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    for (int round = 0; round <= ROUNDS; round++) {
      for (Map.Entry<String, Variant> entry : variants.entrySet()) {
        double rate = run(entry.getValue());
        if (round > 0) {
          rates.computeIfAbsent(entry.getKey(), _ -> new ArrayList<>()).add(rate);
        }
      }
    }
    System.out.printf(
        Locale.ROOT, "%-32s %14s %12s  %s%n", "variant", "requests/s", "MB/s", "rounds");
    rates.forEach(
        (name, all) -> {
          double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
          double median = sorted[sorted.length / 2];
          int bytes = Objects.requireNonNull(variants.get(name)).bytes;
          System.out.printf(
              Locale.ROOT,
              "%-32s %14.0f %12.1f  %s%n",
              name,
              median,
              median * bytes / 1e6,
              Arrays.toString(Arrays.stream(sorted).mapToLong(Math::round).toArray()));
        });
  }

  private static TransportConfig.Builder config() {
    return TransportConfig.builder().bulk(BulkConfig.OFF);
  }

  private static Variant small(TransportConfig.Builder config) {
    return new Variant(config.build(), SMALL, 0);
  }

  private static Variant far(TransportConfig.Builder config) {
    return new Variant(config.build(), LARGE, DELAY_MILLIS);
  }

  private static double run(Variant variant) throws Exception {
    SystemEnvironment environment = new SystemEnvironment();
    try (Transport node =
        Transports.node(
            environment,
            variant.config,
            NodeIdentity.node("test", NODE, () -> 1, new Endpoint("127.0.0.1", 0)),
            _ -> Optional.empty(),
            () -> new Content.InfoResponse(NODE, List.of(), 1),
            new HealthBoard())) {
      // The answer is small: only one way is full.
      node.start(
          (message, replies) ->
              replies.reply(message.id(), new Content.InvocationResponse(""), null));
      Endpoint direct = node.listening().orElseThrow();
      if (variant.delayMillis == 0) {
        return ask(environment, variant, direct);
      }
      try (Delay delay = Delay.to(direct, variant.delayMillis)) {
        return ask(environment, variant, delay.endpoint());
      }
    } finally {
      environment.close();
    }
  }

  private static double ask(SystemEnvironment environment, Variant variant, Endpoint endpoint) {
    try (Transport end =
        Transports.client(
            environment, variant.config, NodeIdentity.client("test"), _ -> Optional.of(endpoint))) {
      offer(end, variant, LENGTH / 2);
      return offer(end, variant, LENGTH);
    }
  }

  private static double offer(Transport end, Variant variant, long length) {
    Payload payload = new Payload(1, new byte[variant.bytes]);
    Content[] requests = new Content[MANY];
    for (int i = 0; i < MANY; i++) {
      requests[i] =
          new Content.InvocationRequest(
              new AddressableReference("T", Key.of("k" + i)),
              "m",
              "",
              Content.InvocationReason.INVOCATION,
              false);
    }
    LongAdder answered = new LongAdder();
    Semaphore room = new Semaphore(MANY);
    long began = System.nanoTime();
    for (int i = 0; System.nanoTime() - began < length; i++) {
      room.acquireUninterruptibly();
      Message message = new Message(0, null, null, requests[i % MANY], 0, Headers.NONE, payload);
      var _ =
          end.request(NODE, message)
              .whenComplete(
                  (_, failure) -> {
                    if (failure == null) {
                      answered.increment();
                    }
                    room.release();
                  });
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    long counted = answered.sum();
    room.acquireUninterruptibly(MANY);
    return counted / seconds;
  }
}
