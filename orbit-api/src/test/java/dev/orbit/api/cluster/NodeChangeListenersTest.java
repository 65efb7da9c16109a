package dev.orbit.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeChangeListenersTest {
  private static final NodeId A = new NodeId("a", "shop");
  private static final NodeId B = new NodeId("b", "shop");

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<String> warnings = new ArrayList<>();
  private final NodeChangeListeners listeners =
      new NodeChangeListeners(tasks::add, (text, thrown) -> warnings.add(text + ": " + thrown));
  private final List<NodeId> told = new ArrayList<>();

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  @Test
  void neverCallsOnTheThreadThatTells() {
    listeners.add(told::add);

    listeners.tell(List.of(A));
    List<NodeId> atOnce = List.copyOf(told);
    runTasks();

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

    listeners.tell(List.of(A, B));
    runTasks();

    assertThat(warnings).hasSize(2).first().asString().contains("node=shop/a").contains("no");
    assertThat(angry).containsExactly(A, B);
    assertThat(told).containsExactly(A, B);
  }

  @Test
  void aCancelledListenerIsNotEvenToldWhatWasUnderWay() {
    Cancellable subscription = listeners.add(told::add);
    listeners.tell(List.of(A));

    subscription.cancel();
    subscription.cancel();
    runTasks();
    listeners.tell(List.of(B));
    runTasks();

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
    runTasks();

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
            runTasks();
          }
          events.add("end " + node.key());
        });

    listeners.tell(List.of(A));
    runTasks();

    assertThat(events).containsExactly("begin a", "end a", "begin b", "end b");
  }

  @Test
  void refusesMoreListenersThanItHoldsUntilOneIsTakenAway() {
    List<Cancellable> all =
        IntStream.range(0, NodeChangeListeners.MAX_LISTENERS)
            .mapToObj(i -> listeners.add(told::add))
            .toList();

    assertThatThrownBy(() -> listeners.add(told::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the resolver has 1000 listeners");
    all.getFirst().cancel();
    assertThat(listeners.add(told::add)).isNotNull();
  }

  @Test
  void dropsWhatASlowListenerCannotHoldAndSaysSo() {
    listeners.add(told::add);
    List<NodeId> many =
        IntStream.range(0, NodeChangeListeners.MAX_PENDING + 5)
            .mapToObj(i -> new NodeId("n" + i, "shop"))
            .toList();

    listeners.tell(many);
    runTasks();

    assertThat(warnings).singleElement().asString().contains("dropped=5");
    assertThat(told).hasSize(NodeChangeListeners.MAX_PENDING);
  }

  @Test
  void goesOnAfterItHadNoThread() {
    List<Runnable> refused = new ArrayList<>();
    NodeChangeListeners closing =
        new NodeChangeListeners(
            task -> {
              if (refused.isEmpty()) {
                refused.add(task);
                throw new RejectedExecutionException("full");
              }
              tasks.add(task);
            },
            (text, thrown) -> warnings.add(text + ": " + thrown));
    closing.add(told::add);

    closing.tell(List.of(A));
    closing.tell(List.of(B));
    runTasks();

    assertThat(warnings).singleElement().asString().contains("no thread").contains("full");
    assertThat(told).containsExactly(A, B);
  }
}
