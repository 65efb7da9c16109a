package dev.orbit.testkit.net;

import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.transport.MessageHandler;
import dev.orbit.transport.ReplySink;
import dev.orbit.transport.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends numbered messages, takes them at the other end, and compares. Messages of one sender to one
 * target have numbers that grow by one; every seventh has no answer, every fiftieth is large.
 * Thread-safe.
 */
final class NumberedCalls implements MessageHandler {
  private static final int TARGETS = 16;
  private static final int OUTSTANDING = 512;
  private static final int ASKING = -1;
  private static final int SMALL_BYTES = 12;

  /** So many that they go in parts, of which there are several. */
  static final int LARGE_BYTES = 20_000;

  private static final int LARGE_EVERY = 50;

  /** What arrived of one sender at one target. */
  private static final class Arrivals {
    private final BitSet seen = new BitSet();
    private final BitSet refused = new BitSet();
    private int last = -1;
  }

  private record Pair(int sender, int target) {}

  private final ConcurrentMap<Pair, Arrivals> arrivals = new ConcurrentHashMap<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong notExecuted = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong oneWay = new AtomicLong();
  private final AtomicLong oneWaySeen = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean mayEnd;

  @Override
  public void onMessage(Message message, ReplySink replies) {
    if (!(message.content() instanceof Content.InvocationRequest request)) {
      return;
    }
    ByteBuffer numbers = ByteBuffer.wrap(message.payload().bytes());
    int sender = numbers.getInt();
    int target = numbers.getInt();
    int number = numbers.getInt();
    if (sender != ASKING) {
      arrived(new Pair(sender, target), number);
      if (request.oneWay()) {
        oneWaySeen.incrementAndGet();
      }
    }
    if (!request.oneWay()) {
      replies.reply(message.id(), new Content.InvocationResponse(""), null);
    }
  }

  private void arrived(Pair pair, int number) {
    Arrivals of = arrivals.computeIfAbsent(pair, _ -> new Arrivals());
    synchronized (of) {
      if (of.refused.get(number)) {
        violations.add("%s: %d arrived after it was refused".formatted(pair, number));
      } else if (of.seen.get(number)) {
        violations.add("%s: %d arrived twice".formatted(pair, number));
      } else if (number < of.last) {
        violations.add("%s: %d arrived after %d".formatted(pair, number, of.last));
      }
      of.seen.set(number);
      of.last = Math.max(of.last, number);
    }
  }

  private boolean hasArrived(Pair pair, int number) {
    Arrivals of = arrivals.computeIfAbsent(pair, _ -> new Arrivals());
    synchronized (of) {
      return of.seen.get(number);
    }
  }

  private void refused(Pair pair, int number) {
    Arrivals of = arrivals.computeIfAbsent(pair, _ -> new Arrivals());
    synchronized (of) {
      of.refused.set(number);
      if (of.seen.get(number)) {
        violations.add("%s: %d was refused and had arrived".formatted(pair, number));
      }
    }
  }

  private static Message message(int sender, int target, int number, boolean oneWay) {
    int size = number % LARGE_EVERY == LARGE_EVERY - 1 ? LARGE_BYTES : SMALL_BYTES;
    byte[] payload = ByteBuffer.allocate(size).putInt(sender).putInt(target).putInt(number).array();
    return new Message(
        0,
        null,
        null,
        new Content.InvocationRequest(
            new AddressableReference("Target", Key.of(target)),
            "take",
            "",
            Content.InvocationReason.INVOCATION,
            oneWay),
        0,
        Headers.NONE.withRemainingMicros(TimeUnit.SECONDS.toMicros(60)),
        new Payload(1, payload));
  }

  /** Sends something that does not count over each connection. */
  void askEach(Transport client, NodeId node) {
    for (int target = 0; target < TARGETS; target++) {
      var _ = client.request(node, message(ASKING, target, 0, false));
    }
  }

  /** From now on senders end when they have sent enough. */
  void endWhenEnough() {
    mayEnd = true;
  }

  /**
   * Sends at least so many, and on until it may end.
   *
   * @param refused waits until messages are taken again
   */
  void send(Transport client, NodeId node, int sender, int atLeast, Runnable refused)
      throws InterruptedException {
    Semaphore window = new Semaphore(OUTSTANDING);
    AtomicInteger refusals = new AtomicInteger();
    int[] next = new int[TARGETS];
    for (int sent = 0; sent < atLeast || !mayEnd; sent++) {
      int target = sent % TARGETS;
      int number = next[target]++;
      Pair pair = new Pair(sender, target);
      if (refusals.getAndSet(0) > 0) {
        refused.run();
      }
      if (sent % 7 == 0) {
        sendOneWay(client, node, pair, number, refusals);
      } else {
        window.acquire();
        request(client, node, pair, number, window, refusals);
      }
    }
  }

  private void sendOneWay(
      Transport client, NodeId node, Pair pair, int number, AtomicInteger refusals) {
    try {
      client.send(node, message(pair.sender, pair.target, number, true));
      oneWay.incrementAndGet();
    } catch (NotExecutedException e) {
      refusals.incrementAndGet();
      refused(pair, number);
    }
  }

  private void request(
      Transport client,
      NodeId node,
      Pair pair,
      int number,
      Semaphore window,
      AtomicInteger refusals) {
    open.incrementAndGet();
    var _ =
        client
            .request(node, message(pair.sender, pair.target, number, false))
            .whenComplete(
                (answer, failure) -> {
                  ended(pair, number, failure);
                  if (failure instanceof NotExecutedException) {
                    refusals.incrementAndGet();
                  }
                  open.decrementAndGet();
                  window.release();
                });
  }

  private void ended(Pair pair, int number, Throwable failure) {
    switch (failure) {
      case null -> {
        answered.incrementAndGet();
        if (!hasArrived(pair, number)) {
          violations.add("%s: %d was answered and has not arrived".formatted(pair, number));
        }
      }
      case NotExecutedException _ -> {
        notExecuted.incrementAndGet();
        refused(pair, number);
      }
      case OutcomeUnknownException _ -> unknown.incrementAndGet();
      default -> violations.add("%s: %d failed with %s".formatted(pair, number, failure));
    }
  }

  void awaitAllOver(Duration bound) {
    await().atMost(bound).until(() -> open.get() == 0);
  }

  Queue<String> violations() {
    return violations;
  }

  long answered() {
    return answered.get();
  }

  long unknown() {
    return unknown.get();
  }

  @Override
  public String toString() {
    return "answered=%d notExecuted=%d unknown=%d oneWay=%d oneWayArrived=%d violations=%d"
        .formatted(
            answered.get(),
            notExecuted.get(),
            unknown.get(),
            oneWay.get(),
            oneWaySeen.get(),
            violations.size());
  }
}
