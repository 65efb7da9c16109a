package dev.orbit.benchmarks.guards;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.ReplySink;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the limit of requests under way does for callers of a node that is asked for more than it
 * can do, and for those of a node of which one actor is. The node is a real one behind a socket;
 * what it does is to wait: so many places that each serve one request after the other. Requests
 * whose deadline has passed before their turn are given up, as a node does.
 */
public final class OverloadFigures {
  private static final NodeId NODE = new NodeId("b", "test");
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final int SECONDS = 6;
  private static final int ROUNDS = 3;
  private static final int PLACES = 8;
  private static final Duration TURN = Duration.ofMillis(4);

  /** A second of the slow actor, whose queue holds as many as a mailbox. */
  private static final int HOT_QUEUE = 1_000;

  private OverloadFigures() {}

  private record Work(long id, long until, ReplySink replies) {}

  /** What became of the requests of one kind. */
  private static final class Outcomes {
    final LongAdder asked = new LongAdder();
    final LongAdder answered = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder late = new LongAdder();
    final ConcurrentLinkedQueue<Long> waits = new ConcurrentLinkedQueue<>();

    String row(double seconds) {
      long[] sorted = waits.stream().mapToLong(Long::longValue).sorted().toArray();
      return String.format(
          Locale.ROOT,
          "%10.0f %10.0f %10.0f %10.0f %9.1f %9.1f",
          asked.sum() / seconds,
          answered.sum() / seconds,
          refused.sum() / seconds,
          late.sum() / seconds,
          percentile(sorted, 50),
          percentile(sorted, 99));
    }

    private static double percentile(long[] sorted, int of) {
      return sorted.length == 0 ? Double.NaN : sorted[(sorted.length - 1) * of / 100] / 1e6;
    }
  }

  /** Prints a table. */
  public static void main(String[] args) throws Exception {
    System.out.printf(
        Locale.ROOT,
        "%-34s %-8s %10s %10s %10s %10s %9s %9s%n",
        "node, and whose requests",
        "limit",
        "asked/s",
        "in time/s",
        "refused/s",
        "late/s",
        "p50 ms",
        "p99 ms");
    for (int round = 0; round < ROUNDS; round++) {
      for (boolean adaptive : new boolean[] {false, true}) {
        run("asked for half of what it can do", adaptive, 0.5, 0);
        run("asked for twice what it can do", adaptive, 2, 0);
        run("asked for four times", adaptive, 4, 0);
        run("one actor asked for too much", adaptive, 0.3, 2_000);
      }
    }
  }

  private static void run(String name, boolean adaptive, double load, int hot) throws Exception {
    SystemEnvironment environment = new SystemEnvironment();
    BlockingQueue<Work> work = new LinkedBlockingQueue<>();
    BlockingQueue<Work> hotWork = new LinkedBlockingQueue<>(HOT_QUEUE);
    Outcomes others = new Outcomes();
    Outcomes hots = new Outcomes();
    TransportConfig config = TransportConfig.builder().adaptiveInFlight(adaptive).build();
    try (Transport node =
            Transports.node(
                environment,
                config,
                NodeIdentity.node("test", NODE, () -> 1, new Endpoint("127.0.0.1", 0)),
                _ -> Optional.empty(),
                () -> new Content.InfoResponse(NODE, List.of(), 1),
                new HealthBoard());
        Transport end =
            Transports.client(
                environment,
                config,
                NodeIdentity.client("test"),
                _ -> Optional.of(node.listening().orElseThrow()))) {
      node.start((message, replies) -> take(message, replies, work, hotWork));
      Thread[] places = new Thread[PLACES + 1];
      for (int i = 0; i < PLACES; i++) {
        places[i] = Thread.startVirtualThread(() -> serve(work));
      }
      places[PLACES] = Thread.startVirtualThread(() -> serve(hotWork));
      double capacity = PLACES * 1e9 / TURN.toNanos();
      offer(end, capacity * load, hot, new Outcomes(), new Outcomes(), 2);
      offer(end, capacity * load, hot, others, hots, SECONDS);
      Arrays.stream(places).forEach(Thread::interrupt);
    } finally {
      environment.close();
    }
    print(name, adaptive, others);
    if (hot > 0) {
      print("  that actor", adaptive, hots);
    }
  }

  private static void print(String name, boolean adaptive, Outcomes outcomes) {
    System.out.printf(
        Locale.ROOT,
        "%-34s %-8s %s%n",
        name,
        adaptive ? "adaptive" : "fixed",
        outcomes.row(SECONDS));
  }

  private static void take(
      Message message, ReplySink replies, BlockingQueue<Work> work, BlockingQueue<Work> hotWork) {
    if (!(message.content() instanceof Content.InvocationRequest request)) {
      return;
    }
    long until =
        System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(message.headers().remainingMicros());
    boolean hot = request.method().equals("hot");
    if (!(hot ? hotWork : work).offer(new Work(message.id(), until, replies))) {
      refuse(message.id(), replies, ErrorCode.OVERLOADED);
    }
  }

  private static void refuse(long id, ReplySink replies, ErrorCode code) {
    replies.reply(
        id,
        new Content.InvocationError(
            "no", "", Optional.of(code), Optional.empty(), Optional.empty()),
        null);
  }

  private static void serve(BlockingQueue<Work> queue) {
    try {
      while (true) {
        Work next = queue.take();
        if (System.nanoTime() - next.until > 0) {
          refuse(next.id, next.replies, ErrorCode.DEADLINE_BEFORE_EXECUTION);
          continue;
        }
        Thread.sleep(TURN);
        next.replies.reply(next.id, new Content.InvocationResponse(""), null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks at a rate, whatever becomes of it. */
  private static void offer(
      Transport end, double rate, int hot, Outcomes others, Outcomes hots, int seconds) {
    long began = System.nanoTime();
    long length = TimeUnit.SECONDS.toNanos(seconds);
    long asked = 0;
    long askedHot = 0;
    for (long passed = 0; passed < length; passed = System.nanoTime() - began) {
      for (; asked < passed / 1e9 * rate; asked++) {
        ask(end, "m", others);
      }
      for (; askedHot < passed / 1e9 * hot; askedHot++) {
        ask(end, "hot", hots);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    LockSupport.parkNanos(2 * TIMEOUT.toNanos());
  }

  private static void ask(Transport end, String method, Outcomes outcomes) {
    outcomes.asked.increment();
    Content.InvocationRequest request =
        new Content.InvocationRequest(
            new AddressableReference("T", Key.of("k")),
            method,
            "",
            Content.InvocationReason.INVOCATION,
            false);
    long began = System.nanoTime();
    var _ =
        end.request(
                NODE,
                Message.of(0, request)
                    .withHeaders(
                        Headers.NONE.withRemainingMicros(
                            TimeUnit.NANOSECONDS.toMicros(TIMEOUT.toNanos()))))
            .whenComplete((answer, failure) -> ended(outcomes, began, answer, failure));
  }

  private static void ended(
      Outcomes outcomes, long began, @Nullable Message answer, @Nullable Throwable failure) {
    Throwable why =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (why instanceof NotExecutedException refused && refused.code() == ErrorCode.OVERLOADED) {
      outcomes.refused.increment();
    } else if (answer == null) {
      outcomes.late.increment();
    } else if (answer.content() instanceof Content.InvocationError error) {
      (error.code().filter(code -> code == ErrorCode.OVERLOADED).isPresent()
              ? outcomes.refused
              : outcomes.late)
          .increment();
    } else {
      outcomes.answered.increment();
      outcomes.waits.add(System.nanoTime() - began);
    }
  }
}
