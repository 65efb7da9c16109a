package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.DeactivationReason;
import dev.orbit.api.Lifecycle;
import dev.orbit.api.Persistent;
import dev.orbit.api.State;
import dev.orbit.api.error.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What an actor's constructor is given, and with which word an actor goes. */
class LifecycleIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final List<String> LINES = new CopyOnWriteArrayList<>();

  /** Of the application, not of the runtime. */
  record Greeting(String text) {}

  @ActorType("test.Guest")
  interface Guest extends ActorWithStringKey {
    /** Greets, and says how often it has. */
    String greet();

    void leave();
  }

  static final class GuestActor implements Guest, Lifecycle {
    private final State<Visits> visits;
    private final ActorContext context;
    private final Greeting greeting;

    /** How many there were. */
    record Visits(int count) {
      public static Visits initial() {
        return new Visits(0);
      }
    }

    GuestActor(
        @Persistent("visits") State<Visits> visits, ActorContext context, Greeting greeting) {
      this.visits = visits;
      this.context = context;
      this.greeting = greeting;
    }

    @Override
    public void onActivate() {
      LINES.add(context.address().key() + " comes");
    }

    @Override
    public void onDeactivate(DeactivationReason reason) {
      LINES.add(context.address().key() + " goes: " + reason);
    }

    @Override
    public String greet() {
      int count = visits.update(before -> new Visits(before.count() + 1)).count();
      return "%s %s, %d".formatted(greeting.text(), context.address().key(), count);
    }

    @Override
    public void leave() {
      context.deactivateWhenIdle();
    }
  }

  private static OrbitNode start() {
    OrbitNode node =
        OrbitNode.builder()
            .actors(GuestActor.class)
            .dependencies(
                (actor, parameter) ->
                    parameter.getType() == Greeting.class
                        ? Optional.of(new Greeting("hello"))
                        : Optional.empty())
            .start();
    assertThat(node.awaitReady(SOON)).isTrue();
    return node;
  }

  @Test
  void aConstructorIsGivenStateAndContextAndWhatTheApplicationHas() {
    try (OrbitNode node = start()) {
      Guest ann = node.actors().get(Guest.class, "ann");

      assertThat(ann.greet()).isEqualTo("hello ann, 1");
      assertThat(ann.greet()).isEqualTo("hello ann, 2");
    }
  }

  @Test
  void whatTheApplicationDoesNotHaveIsNamedAtTheStart() {
    OrbitNode.Builder builder = OrbitNode.builder().actors(GuestActor.class);

    assertThatThrownBy(builder::start)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("nothing supplies parameter")
        .hasMessageContaining(Greeting.class.getName());
  }

  @Test
  void anActorIsToldWhyItGoesAndIsThereAgainWithItsState() {
    try (OrbitNode node = start()) {
      Guest bob = node.actors().get(Guest.class, "bob");
      assertThat(bob.greet()).isEqualTo("hello bob, 1");
      bob.leave();
      await().atMost(SOON).until(() -> LINES.contains("bob goes: REQUESTED"));

      assertThat(bob.greet()).isEqualTo("hello bob, 2");
    }

    assertThat(LINES.stream().filter(line -> line.startsWith("bob ")))
        .containsExactly("bob comes", "bob goes: REQUESTED", "bob comes", "bob goes: SHUTDOWN");
  }
}
