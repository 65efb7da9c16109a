package dev.orbit.testkit.calls;

import dev.orbit.api.ActorContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Meetings are of this process, in which all nodes of a test run. */
public final class WalkerActor implements Walker {
  private static final Map<String, CountDownLatch> MEETINGS = new ConcurrentHashMap<>();

  private final ActorContext context;

  WalkerActor(ActorContext context) {
    this.context = context;
  }

  @Override
  public int walk(List<String> path) {
    return path.isEmpty() ? 0 : 1 + next(path).walk(List.copyOf(path.subList(1, path.size())));
  }

  @Override
  public int meet(String meeting, int parties, List<String> path) {
    CountDownLatch all = MEETINGS.computeIfAbsent(meeting, _ -> new CountDownLatch(parties));
    all.countDown();
    await(all, 20_000);
    return walk(path);
  }

  @Override
  public int stroll(int millis, List<String> path) {
    await(new CountDownLatch(1), millis);
    return path.isEmpty()
        ? 0
        : 1 + next(path).stroll(millis, List.copyOf(path.subList(1, path.size())));
  }

  private Walker next(List<String> path) {
    return context.actors().get(Walker.class, path.getFirst());
  }

  private static void await(CountDownLatch latch, int millis) {
    try {
      latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
