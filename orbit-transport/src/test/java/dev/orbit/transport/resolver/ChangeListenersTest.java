package dev.orbit.transport.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChangeListenersTest {
  private static final NodeId A = new NodeId("a", "shop");
  private static final NodeId B = new NodeId("b", "shop");

  private final StepEnvironment environment = new StepEnvironment();
  private final ChangeListeners listeners = new ChangeListeners(environment, "test");
  private final List<NodeId> told = new ArrayList<>();

  @Test
  void neverCallsOnTheThreadThatTells() {
    listeners.add(told::add);

    listeners.tell(List.of(A));
    List<NodeId> atOnce = List.copyOf(told);
    environment.advance(Duration.ZERO);

    assertThat(atOnce).isEmpty();
    assertThat(told).containsExactly(A);
  }

  @Test
  void aListenerThatThrowsIsToldTheNextChangeAndSoAreTheOthers() {
    List<NodeId> angry = new ArrayList<>();
    listeners.add(
        node -> {
          angry.add(node);
          throw new IllegalStateException("no");
        });
    listeners.add(told::add);

    try (LogLines log = new LogLines(ChangeListeners.class)) {
      listeners.tell(List.of(A, B));
      environment.advance(Duration.ZERO);

      assertThat(log.at(Level.WARN)).hasSize(2).first().asString().contains("node=shop/a");
    }
    assertThat(angry).containsExactly(A, B);
    assertThat(told).containsExactly(A, B);
  }

  @Test
  void aCancelledListenerIsNotEvenToldWhatWasUnderWay() {
    Cancellable subscription = listeners.add(told::add);
    listeners.tell(List.of(A));

    subscription.cancel();
    subscription.cancel();
    environment.advance(Duration.ZERO);
    listeners.tell(List.of(B));
    environment.advance(Duration.ZERO);

    assertThat(told).isEmpty();
    assertThat(listeners.isEmpty()).isTrue();
  }

  @Test
  void aListenerMayCancelItselfAndIsToldNothingMore() {
    List<Cancellable> subscription = new ArrayList<>();
    subscription.add(
        listeners.add(
            node -> {
              told.add(node);
              subscription.getFirst().cancel();
            }));

    listeners.tell(List.of(A, B));
    environment.advance(Duration.ZERO);

    assertThat(told).containsExactly(A);
  }

  @Test
  void whatChangesWhileAListenerRunsIsToldAfterwardsAndNotInBetween() {
    List<String> events = new ArrayList<>();
    listeners.add(
        node -> {
          events.add("begin " + node.key());
          if (node.equals(A)) {
            listeners.tell(List.of(B));
            environment.advance(Duration.ZERO);
          }
          events.add("end " + node.key());
        });

    listeners.tell(List.of(A));
    environment.advance(Duration.ZERO);

    assertThat(events).containsExactly("begin a", "end a", "begin b", "end b");
  }

  @Test
  void refusesMoreListenersThanItHoldsUntilOneIsTakenAway() {
    List<Cancellable> all =
        IntStream.range(0, ChangeListeners.MAX_LISTENERS)
            .mapToObj(i -> listeners.add(told::add))
            .toList();

    assertThatThrownBy(() -> listeners.add(told::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("test has 1000 listeners");
    all.getFirst().cancel();
    assertThat(listeners.add(told::add)).isNotNull();
  }

  @Test
  void dropsWhatASlowListenerCannotHoldAndSaysSo() {
    listeners.add(told::add);
    List<NodeId> many =
        IntStream.range(0, ChangeListeners.MAX_PENDING + 5)
            .mapToObj(i -> new NodeId("n" + i, "shop"))
            .toList();

    try (LogLines log = new LogLines(ChangeListeners.class)) {
      listeners.tell(many);
      environment.advance(Duration.ZERO);

      assertThat(log.at(Level.WARN)).singleElement().asString().contains("dropped=5");
    }
    assertThat(told).hasSize(ChangeListeners.MAX_PENDING);
  }
}
