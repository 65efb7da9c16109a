package dev.orbit.testkit.resolver;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A listener that notes what the resolver answered for each node when it was told of it. */
final class ToldChanges implements Consumer<NodeId> {
  private static final int WAIT_FOR_OVERLAP_MILLIS = 200;

  private final NodeResolver resolver;
  private final Map<NodeId, Optional<Endpoint>> answers = new ConcurrentHashMap<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger inside = new AtomicInteger();
  private final CountDownLatch overlap = new CountDownLatch(1);
  private volatile boolean overlapped;

  ToldChanges(NodeResolver resolver) {
    this.resolver = resolver;
  }

  @Override
  public void accept(NodeId node) {
    boolean first = calls.getAndIncrement() == 0;
    if (inside.incrementAndGet() > 1) {
      overlap.countDown();
    }
    threads.add(Thread.currentThread());
    answers.put(node, resolver.resolveNode(node));
    if (first) {
      giveOthersTheChanceToComeIn();
    }
    inside.decrementAndGet();
  }

  private void giveOthersTheChanceToComeIn() {
    try {
      overlapped = overlap.await(WAIT_FOR_OVERLAP_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the listener was told of the node last when the resolver answered this. */
  boolean saw(NodeId node, Optional<Endpoint> answer) {
    return answer.equals(answers.get(node));
  }

  /** What it was told, and what the resolver answered then. */
  Map<NodeId, Optional<Endpoint>> answers() {
    return Map.copyOf(answers);
  }

  int calls() {
    return calls.get();
  }

  boolean overlapped() {
    return overlapped || overlap.getCount() == 0;
  }

  boolean wasCalledBy(Thread thread) {
    return threads.contains(thread);
  }
}
