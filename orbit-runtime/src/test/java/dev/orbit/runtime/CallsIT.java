package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.Actors;
import dev.orbit.api.CallSettings;
import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What callers can say of their calls, and what becomes of calls that are not wanted any more. */
class CallsIT {
  private static final AtomicInteger ATTEMPTS = new AtomicInteger();
  private static OrbitNode node;

  @BeforeAll
  static void start() {
    node = OrbitNode.builder().actors(ClerkActor.class).idleAfter(Duration.ofMillis(400)).start();
    assertThat(node.awaitReady(Duration.ofSeconds(20))).isTrue();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Actors actors() {
    return node.actors();
  }

  private static Clerk clerk(String key) {
    return actors().get(Clerk.class, key);
  }

  private static void awaitLine(String line) {
    await().atMost(Duration.ofSeconds(10)).until(() -> Desks.lines().contains(line));
  }

  /** Each question is a use: the next may come only when it could have become idle again. */
  private static void awaitGone(String key) {
    await()
        .pollInterval(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(15))
        .until(() -> clerk(key).nameIfActive().isEmpty());
  }

  @Test
  void callsBegunTogetherRunTogether() {
    CompletableFuture<String> first = actors().async(clerk("a1"), c -> c.waitAt("together"));
    CompletableFuture<String> second = actors().async(clerk("a2"), c -> c.waitAt("together"));
    CompletableFuture<Void> third =
        actors().asyncVoid(clerk("a3"), c -> c.failWithCause("not today"));
    Desks.open("together");

    assertThat(first.join() + second.join()).isEqualTo("passedpassed");
    assertThatThrownBy(third::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .hasMessageContaining("not today");
  }

  @Test
  void anAsynchronousCallIsExactlyOneCall() {
    assertThatThrownBy(() -> actors().async(clerk("a4"), c -> "none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no method of test.Clerk/a4 was called");
    assertThatThrownBy(() -> actors().async(clerk("a4"), c -> c.name() + c.name()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("test.Clerk.name is the second call");
  }

  @Test
  void aDeadlineIsOfTheCallThenOfTheMethod() {
    awaitTimeout(clerk -> clerk.waitBrieflyAt("brief"), actors());
    awaitTimeout(
        clerk -> clerk.waitAt("brief"),
        actors().with(CallSettings.timeout(Duration.ofMillis(100))));
    Desks.open("brief");
  }

  /** On a machine that is busy elsewhere a turn may not have begun by then; another is asked. */
  private static void awaitTimeout(Consumer<Clerk> call, Actors actors) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              String key = "d" + ATTEMPTS.incrementAndGet();
              clerk(key).name();
              assertThatThrownBy(() -> call.accept(actors.get(Clerk.class, key)))
                  .isInstanceOfSatisfying(
                      OutcomeUnknownException.class,
                      e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_DURING_EXECUTION))
                  .hasMessageContaining("was still running at its deadline")
                  .hasMessageContaining("; its caller has waited for ");
            });
  }

  @Test
  void aCallThatDidNotRunInTimeSaysBehindWhatItWaited() {
    CompletableFuture<String> holder = actors().async(clerk("q"), c -> c.waitAt("queue"));
    awaitLine("waits at queue");

    assertThatThrownBy(
            () ->
                actors()
                    .with(CallSettings.timeout(Duration.ofMillis(150)))
                    .get(Clerk.class, "q")
                    .keep(List.of()))
        .isInstanceOfSatisfying(
            NotExecutedException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_BEFORE_EXECUTION))
        .hasMessageContaining("in the queue of node node-1, behind test.Clerk/q.waitAt, which has");
    Desks.open("queue");

    assertThat(holder.join()).isEqualTo("passed");
  }

  @Test
  void callingOffReachesATurnThatRunsAndTheOnesItCalls() {
    CompletableFuture<String> call = actors().async(clerk("c1"), c -> c.letWait("c2", "cancelled"));
    awaitLine("waits at cancelled");

    call.cancel(true);

    awaitLine("interrupted at cancelled");
    assertThat(clerk("c2").keep(List.of())).isEmpty();
    assertThat(clerk("c1").keep(List.of())).isEmpty();
  }

  @Test
  void callingOffTakesACallOutOfItsQueue() {
    CompletableFuture<String> holder = actors().async(clerk("c3"), c -> c.waitAt("held"));
    awaitLine("waits at held");
    CompletableFuture<String> queued = actors().async(clerk("c3"), c -> c.waitAt("never"));

    queued.cancel(true);
    Desks.open("held");
    holder.join();
    clerk("c3").keep(List.of());

    assertThat(Desks.lines()).doesNotContain("waits at never");
  }

  @Test
  void aMethodForActiveActorsActivatesNone() {
    Clerk sleeper = clerk("sleeper");

    boolean before = sleeper.nameIfActive().isPresent();
    sleeper.name();
    boolean whileActive = sleeper.nameIfActive().isPresent();

    assertThat(before).isFalse();
    assertThat(whileActive).isTrue();
    assertThat(Desks.lines()).containsOnlyOnce("activated sleeper");
  }

  @Test
  void actorsOfOneNodeShareNothingThatCanBeChanged() {
    List<String> mine = new ArrayList<>(List.of("a"));

    List<String> back = clerk("i").keep(mine);
    mine.add("b");
    back.add("c");

    assertThat(clerk("i").kept()).containsExactly("a");
  }

  @Test
  void baggageFlowsDownAndNotUp() {
    Clerk first =
        actors().with(CallSettings.NONE.withBaggage("tenant", "x")).get(Clerk.class, "b1");

    assertThat(first.baggageAt(List.of("b2", "b3"))).isEqualTo(Map.of("tenant", "x"));
    assertThat(clerk("b1").baggageAt(List.of())).isEmpty();
  }

  @Test
  void offloadedWorkRunsOnAPlatformThread() {
    assertThat(clerk("o").compute()).startsWith("orbit-offload-").endsWith(" false");
  }

  @Test
  void whatIsKeptAliveStaysAndTheRestDoesNot() {
    clerk("stays").stay(60_000);
    clerk("goes").name();

    awaitGone("goes");

    assertThat(clerk("stays").nameIfActive()).isPresent();
    clerk("stays").stay(0);
    awaitGone("stays");
  }

  @Test
  void anExceptionBringsItsCauseAlong() {
    assertThatThrownBy(() -> clerk("e").failWithCause("broken"))
        .isInstanceOf(ActorFailedException.class)
        .cause()
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("broken")
        .cause()
        .hasToString("java.io.IOException: the disk is full");
  }
}
