package dev.orbit.benchmarks.guards;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.balancing.Balancer;
import dev.orbit.transport.balancing.Balancing;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import dev.orbit.transport.limits.BreakerConfig;
import dev.orbit.transport.limits.CallLimiter;
import dev.orbit.transport.limits.CallLimits;
import dev.orbit.transport.limits.CircuitBreaker;
import dev.orbit.transport.limits.Rate;
import dev.orbit.transport.limits.TokenBucket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The operations of S3.6 with the figures that were published for them: the lookup of a connection,
 * the check of a limiter, the check of a breaker, and the full flow of a request. Each is run for a
 * while to warm up, then three times; the median counts.
 */
public final class GuardFigures {
  private static final int ROUNDS = 3;
  private static final long NANOS = 400_000_000L;
  private static final int CHUNK = 1000;
  private static final int NODES = 10;

  private GuardFigures() {}

  /** Runs one operation so many times; what it gives must be used. */
  @FunctionalInterface
  private interface Operation {
    long run(int times) throws InterruptedException;
  }

  /** Prints a table. */
  public static void main(String[] args) throws Exception {
    System.out.printf(
        Locale.ROOT,
        "%-46s %8s %14s %10s %14s %8s%n",
        "operation",
        "threads",
        "a second",
        "ns each",
        "published",
        "ratio");
    guards();
    try (Ends ends = new Ends()) {
      ends.lookups();
      ends.requests();
    }
  }

  private static void guards() throws InterruptedException {
    CircuitBreaker breaker = new CircuitBreaker(BreakerConfig.DEFAULT);
    print(
        "breaker: may it go, and it went well",
        1,
        20.8e6,
        times -> {
          long sum = 0;
          for (int i = 0; i < times; i++) {
            sum += breaker.admits(i) ? 1 : 0;
            breaker.succeeded();
          }
          return sum;
        });
    TokenBucket bucket = new TokenBucket(new Rate(1e9, 1_000_000_000), System.nanoTime());
    print("token bucket", 1, 5.7e6, takes(bucket));
    print("token bucket", 2, 5.7e6, takes(bucket));
    CallLimiter limiter =
        new CallLimiter(
            new CallLimits(
                Optional.of(new Rate(1e9, 1_000_000_000)),
                Map.of("shop.Cart", new Rate(1e9, 1_000_000_000))));
    print(
        "limiter: by client and by type",
        1,
        5.7e6,
        times -> {
          long sum = 1;
          for (int i = 0; i < times; i++) {
            sum += limiter.take("client", "shop.Cart", System.nanoTime());
          }
          return sum;
        });
    balancers();
  }

  private static void balancers() throws InterruptedException {
    for (Balancing how : Balancing.values()) {
      Balancer balancer = new Balancer(how, RandomGenerator.getDefault());
      List<NodeId> nodes = IntStream.range(0, NODES).mapToObj(GuardFigures::node).toList();
      print(
          "balancer: " + how.configName() + " of " + NODES + ", and its answer",
          1,
          0,
          times -> {
            for (int i = 0; i < times; i++) {
              balancer.begin(balancer.pick(nodes, i).orElseThrow(), i).answered(i + 1000);
            }
            return 1;
          });
    }
  }

  private static Operation takes(TokenBucket bucket) {
    return times -> {
      long sum = 1;
      for (int i = 0; i < times; i++) {
        sum += bucket.take(System.nanoTime());
      }
      return sum;
    };
  }

  private static NodeId node(int number) {
    return new NodeId("node-" + number, "bench");
  }

  private static void print(String name, int threads, double published, Operation operation)
      throws InterruptedException {
    rate(threads, operation);
    double[] rates = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      rates[i] = rate(threads, operation);
    }
    java.util.Arrays.sort(rates);
    double median = rates[ROUNDS / 2];
    System.out.printf(
        Locale.ROOT,
        "%-46s %8d %,14.0f %10.1f %14s %8s%n",
        name,
        threads,
        median,
        1e9 * threads / median,
        published == 0 ? "-" : String.format(Locale.ROOT, "%,.0f", published),
        published == 0 ? "-" : String.format(Locale.ROOT, "%.1f", median / published));
  }

  /** How often all threads together do it in a second. */
  private static double rate(int threads, Operation operation) throws InterruptedException {
    LongAdder done = new LongAdder();
    CountDownLatch over = new CountDownLatch(threads);
    long began = System.nanoTime();
    for (int i = 0; i < threads; i++) {
      Thread.ofPlatform()
          .start(
              () -> {
                try {
                  long count = 0;
                  while (System.nanoTime() - began < NANOS) {
                    if (operation.run(CHUNK) == 0) {
                      throw new IllegalStateException("nothing was done");
                    }
                    count += CHUNK;
                  }
                  done.add(count);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } finally {
                  over.countDown();
                }
              });
    }
    over.await();
    return done.sum() * 1e9 / (System.nanoTime() - began);
  }

  /** A node that echoes, and one that asks it, each with a transport of its own. */
  private static final class Ends implements AutoCloseable {
    private static final int BYTES = 100;

    private final SystemEnvironment environment = new SystemEnvironment();
    private final List<Transport> nodes = new ArrayList<>();
    private final Map<NodeId, Endpoint> endpoints = new java.util.concurrent.ConcurrentHashMap<>();
    private final Transport client;

    Ends() {
      for (int i = 0; i < NODES; i++) {
        NodeId id = node(i);
        Transport transport =
            Transports.node(
                environment,
                TransportConfig.DEFAULT,
                NodeIdentity.node("bench", id, () -> 1, new Endpoint("127.0.0.1", 0)),
                other -> Optional.empty(),
                () -> new Content.InfoResponse(id, List.of(), 1),
                new HealthBoard());
        transport.start(
            (message, replies) ->
                replies.reply(message.id(), new Content.InvocationResponse(""), message.payload()));
        nodes.add(transport);
        endpoints.put(id, transport.listening().orElseThrow());
      }
      client =
          Transports.client(
              environment,
              TransportConfig.DEFAULT,
              NodeIdentity.client("bench"),
              asked -> Optional.ofNullable(endpoints.get(asked)));
    }

    void lookups() throws InterruptedException {
      NodeId[] ids = IntStream.range(0, NODES).mapToObj(GuardFigures::node).toArray(NodeId[]::new);
      for (NodeId id : ids) {
        client.request(id, message()).toCompletableFuture().join();
      }
      Operation lookup =
          times -> {
            long healthy = 0;
            for (int i = 0; i < times; i++) {
              healthy += client.connections().isHealthy(ids[i % NODES]) ? 1 : 0;
            }
            return healthy;
          };
      print("pool: find a node's connection, is it well", 1, 39.4e6, lookup);
      print("pool: find a node's connection, is it well", 2, 39.4e6, lookup);
    }

    void requests() throws InterruptedException {
      NodeId id = node(0);
      print(
          "request: full flow over a socket, one at a time",
          1,
          2488,
          times -> {
            // Fewer, because each takes long.
            for (int i = 0; i < times / 10; i++) {
              for (int j = 0; j < 10; j++) {
                client.request(id, message()).toCompletableFuture().join();
              }
            }
            return 1;
          });
      print(
          "request: full flow over a socket, 256 at a time",
          1,
          2488,
          times -> {
            Semaphore room = new Semaphore(256);
            CompletableFuture<?> last = CompletableFuture.completedFuture(null);
            for (int i = 0; i < times; i++) {
              room.acquire();
              last =
                  client
                      .request(id, message())
                      .whenComplete((_, _) -> room.release())
                      .toCompletableFuture();
            }
            last.join();
            room.acquire(256);
            return 1;
          });
    }

    private static Message message() {
      Content.InvocationRequest request =
          new Content.InvocationRequest(
              new AddressableReference("Echo", Key.of("a")),
              "echo",
              "",
              Content.InvocationReason.INVOCATION,
              false);
      Headers headers = Headers.NONE.withRemainingMicros(30_000_000);
      return new Message(0, null, null, request, 0, headers, new Payload(1, new byte[BYTES]));
    }

    @Override
    public void close() {
      client.close();
      nodes.forEach(Transport::close);
      environment.close();
    }
  }
}
