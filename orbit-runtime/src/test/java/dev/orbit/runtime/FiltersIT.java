package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.CallSettings;
import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.filter.CallFilter;
import dev.orbit.api.filter.TurnFilter;
import dev.orbit.client.OrbitClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Filters around turns and calls. */
class FiltersIT {
  private static final List<String> LINES = new CopyOnWriteArrayList<>();
  private static final AtomicInteger FAILURES = new AtomicInteger();
  private static OrbitNode node;

  /** Writes down what passes it. */
  private static TurnFilter writing(String name) {
    return turn -> {
      LINES.add(name + " before " + turn.method().getName() + " " + turn.baggage());
      Object result = turn.proceed();
      LINES.add(name + " after " + turn.target().key());
      return result;
    };
  }

  /** Tries once more what failed by an {@link IllegalStateException}. */
  private static final class Retrying implements TurnFilter {
    @Override
    public boolean appliesTo(String type) {
      return type.equals("test.Clerk");
    }

    @Override
    public @Nullable Object run(TurnFilter.Invocation turn) throws Exception {
      try {
        return turn.proceed();
      } catch (IllegalStateException e) {
        FAILURES.incrementAndGet();
        return turn.proceed();
      }
    }
  }

  private static final class Replacing implements CallFilter {
    @Override
    public CompletionStage<@Nullable Object> call(CallFilter.Invocation call) {
      if (call.target().key().toString().equals("replaced")) {
        return CompletableFuture.completedFuture("by the filter");
      }
      return call.proceed().exceptionallyCompose(failure -> call.proceed());
    }
  }

  @BeforeAll
  static void start() {
    node =
        OrbitNode.builder()
            .actors(ClerkActor.class)
            .turnFilter(writing("outer"))
            .turnFilter(new Retrying())
            .turnFilter(writing("inner"))
            .callFilter(new Replacing())
            .start();
    assertThat(node.awaitReady(Duration.ofSeconds(20))).isTrue();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void areAskedInTheirOrderAndMayReplaceTheResult() {
    String name =
        node.actors()
            .with(CallSettings.NONE.withBaggage("tenant", "x"))
            .get(Clerk.class, "ordered")
            .name();
    String replaced = node.actors().get(Clerk.class, "replaced").name();

    assertThat(name).isEqualTo("test.Clerk/ordered");
    assertThat(replaced).isEqualTo("by the filter");
    assertThat(LINES)
        .containsSubsequence(
            "outer before name {tenant=x}",
            "inner before name {tenant=x}",
            "inner after ordered",
            "outer after ordered");
  }

  @Test
  void thoseOfAClientStandAroundItsCallsOutsideThoseOfTurns() {
    try (OrbitClient client =
        OrbitClient.builder()
            .endpoint(node.endpoint())
            .filter(
                call -> {
                  LINES.add("client before " + call.target().key());
                  return call.proceed()
                      .thenApply(
                          result -> {
                            LINES.add("client after " + call.target().key());
                            return result;
                          });
                })
            .filter(new Replacing())
            .connect()) {
      assertThat(client.get(Clerk.class, "from outside").name())
          .isEqualTo("test.Clerk/from outside");
      assertThat(client.get(Clerk.class, "replaced").name()).isEqualTo("by the filter");
    }

    assertThat(LINES)
        .containsSubsequence(
            "client before from outside", "inner after from outside", "client after from outside")
        .contains("client after replaced");
  }

  @Test
  void mayTryAgainOnBothSides() {
    int before = FAILURES.get();

    assertThatThrownBy(() -> node.actors().get(Clerk.class, "fails").failWithCause("always"))
        .isInstanceOf(ActorFailedException.class)
        .hasMessageContaining("always");

    assertThat(FAILURES.get() - before).isEqualTo(2);
  }
}
