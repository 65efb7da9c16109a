package dev.orbit.examples.hello;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Persistent;
import dev.orbit.api.State;
import dev.orbit.runtime.OrbitNode;

/** Greets twice, and the actor knows that it was twice. */
public final class Hello {
  private Hello() {}

  // region: program
  /** What callers see: any number of greeters, each named by a string. */
  @ActorType("hello.Greeter")
  public interface Greeter extends ActorWithStringKey {
    String greet(String guest);
  }

  /** What a greeter remembers; durable before the reply of a call leaves. */
  public record Visits(int count) {
    public static Visits initial() {
      return new Visits(0);
    }
  }

  /** How it works: plain Java, one call at a time, no locks. */
  public static final class GreeterActor implements Greeter {
    private final State<Visits> visits;

    public GreeterActor(@Persistent("visits") State<Visits> visits) {
      this.visits = visits;
    }

    @Override
    public String greet(String guest) {
      int count = visits.update(v -> new Visits(v.count() + 1)).count();
      return "Hello %s, you are guest number %d.".formatted(guest, count);
    }
  }

  public static void main(String[] args) {
    try (OrbitNode node = OrbitNode.builder().actors(GreeterActor.class).start()) {
      Greeter door = node.actors().get(Greeter.class, "front door");
      System.out.println(door.greet("Ada"));
      System.out.println(door.greet("Grace"));
    }
  }
  // endregion
}
