package dev.orbit.runtime;

import dev.orbit.api.ActorContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class ClerkActor implements Clerk {
  private final ActorContext context;
  private List<String> kept = List.of();

  ClerkActor(ActorContext context) {
    this.context = context;
    Desks.write("activated " + context.address().key());
  }

  @Override
  public String waitAt(String gate) {
    Desks.write("waits at " + gate);
    Desks.pass(gate);
    return "passed";
  }

  @Override
  public String waitBrieflyAt(String gate) {
    return waitAt(gate);
  }

  @Override
  public String letWait(String other, String gate) {
    return context.actors().get(Clerk.class, other).waitAt(gate);
  }

  @Override
  public Optional<String> nameIfActive() {
    return Optional.of(name());
  }

  @Override
  public List<String> keep(List<String> names) {
    kept = names;
    return names;
  }

  @Override
  public List<String> kept() {
    return kept;
  }

  @Override
  public Map<String, String> baggageAt(List<String> path) {
    return path.isEmpty()
        ? context.baggage()
        : context
            .actors()
            .get(Clerk.class, path.getFirst())
            .baggageAt(path.subList(1, path.size()));
  }

  @Override
  public String compute() {
    try {
      return context.offload(
          () -> Thread.currentThread().getName() + " " + Thread.currentThread().isVirtual());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String stay(long millis) {
    context.keepAlive(Duration.ofMillis(millis));
    return name();
  }

  @Override
  public String name() {
    return context.address().toString();
  }

  @Override
  public void failWithCause(String message) {
    throw new IllegalStateException(message, new java.io.IOException("the disk is full"));
  }
}
