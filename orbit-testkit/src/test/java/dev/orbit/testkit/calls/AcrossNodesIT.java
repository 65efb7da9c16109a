package dev.orbit.testkit.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Actors;
import dev.orbit.api.CallSettings;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What holds for calls within one node holds where the caller is on the first node, the actor that
 * it calls on the second, and the one that this calls in turn on the third.
 */
class AcrossNodesIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster =
        ClusterConfig.builder()
            .nodes(3)
            // No node is lost here, also not on a machine that is busy elsewhere.
            .leaseDuration(Duration.ofSeconds(15))
            .actors(
                ErrandActor.class,
                ErrandActor.Chained.class,
                ErrandActor.Timed.class,
                ErrandActor.Narrow.class)
            .customizer(
                (name, node) -> {
                  node.turnFilter(
                      turn -> {
                        Object result = turn.proceed();
                        Gates.write("turn of " + turn.target().key() + " on " + name);
                        return result;
                      });
                  node.callFilter(
                      call -> {
                        Gates.write("call of " + call.target().key() + " on " + name);
                        return call.proceed();
                      });
                })
            .start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static Actors actors() {
    return cluster.actors("node-1");
  }

  private static Actors hasty(long millis) {
    return actors().with(CallSettings.timeout(Duration.ofMillis(millis)));
  }

  private static Errand errand(String key) {
    return actors().get(Errand.class, key);
  }

  /** A key whose actor is on that node. */
  private static String on(String node, String prefix) {
    return on(Errand.class, node, prefix);
  }

  private static <T extends ActorWithStringKey> String on(
      Class<T> contract, String node, String prefix) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> prefix + "-" + i)
        .filter(key -> cluster.nodeOf(actors().get(contract, key)).equals(node))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitLine(String line) {
    await().atMost(SOON).until(() -> Gates.lines().contains(line));
  }

  /**
   * The host says where the time went a little before the caller's deadline; on a machine that is
   * busy elsewhere just then the caller has only its own word. So it is asked more than once.
   */
  private static void awaitFailure(
      ThrowingCallable call, Class<? extends Throwable> type, ErrorCode code, String where) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThatThrownBy(call)
                    .isInstanceOf(type)
                    .hasMessageContaining(code.toString())
                    .hasMessageContaining(where));
  }

  @Test
  void aDeadlineSaysInTheQueueOfWhichNodeAndBehindWhatTheTimeWent() {
    String key = on("node-3", "queue");
    CompletableFuture<String> holder = actors().async(errand(key), e -> e.waitAt("queue"));
    awaitLine(key + " waits at queue");

    awaitFailure(
        () -> hasty(500).get(Errand.class, key).name(),
        NotExecutedException.class,
        ErrorCode.DEADLINE_BEFORE_EXECUTION,
        "in the queue of node node-3, behind test.Errand/%s.waitAt, which has".formatted(key));
    awaitFailure(
        () -> hasty(500).get(Errand.class, key).name(),
        NotExecutedException.class,
        ErrorCode.DEADLINE_BEFORE_EXECUTION,
        "; its caller has waited for ");
    Gates.open("queue");

    assertThat(holder.join()).isEqualTo(key);
  }

  @Test
  void aDeadlineIsOfTheCallTheMethodOrTheTypeAndThatOfAllCallsMadeWithin() {
    String first = on(Errand.Timed.class, "node-2", "timed");
    String last = on(Errand.Timed.class, "node-3", "timed");
    String here = on(Errand.Timed.class, "node-1", "timed");
    Errand.Timed timed = actors().get(Errand.Timed.class, first);
    Errand.Timed hasty = hasty(8_000).get(Errand.Timed.class, first);

    assertThat(timed.remaining()).as("of the method").isBetween(1L, 10_000L);
    assertThat(timed.remainingAt(List.of(last))).as("of the type").isBetween(1L, 20_000L);
    assertThat(hasty.remainingAt(List.of(last, here)))
        .as("of the call that the others are made within")
        .isBetween(1L, 8_000L);
  }

  @Test
  void aMethodThatInterleavesGoesInWhileATurnWaitsForAnotherNode() {
    String key = on(Errand.Chained.class, "node-2", "interleaved");
    String other = on("node-3", "interleaved");
    Errand.Chained chained = actors().get(Errand.Chained.class, key);
    CompletableFuture<String> waiting =
        actors().async(chained, c -> c.letWait(other, "interleaved"));
    awaitLine(other + " waits at interleaved");

    assertThat(chained.peek()).isEqualTo("test.Errand.Chained/" + key);
    assertThat(waiting).isNotDone();
    Gates.open("interleaved");

    assertThat(waiting.join()).isEqualTo(other);
  }

  @Test
  void callingOffTakesACallOutOfTheQueueOfAnotherNode() {
    String key = on("node-3", "held");
    CompletableFuture<String> holder = actors().async(errand(key), e -> e.waitAt("held"));
    awaitLine(key + " waits at held");
    CompletableFuture<String> queued = actors().async(errand(key), e -> e.waitAt("never"));
    // What was sent before a call that is known to have arrived has arrived, too.
    awaitArrival(key);

    queued.cancel(true);
    awaitArrival(key);
    Gates.open("held");
    assertThat(holder.join()).isEqualTo(key);
    assertThat(errand(key).name()).isEqualTo("test.Errand/" + key);
    assertThat(Gates.lines()).doesNotContain(key + " waits at never");
  }

  /** Makes calls until one is told that it was in the queue of its actor. */
  private static void awaitArrival(String key) {
    awaitFailure(
        () -> hasty(500).get(Errand.class, key).name(),
        NotExecutedException.class,
        ErrorCode.DEADLINE_BEFORE_EXECUTION,
        "in the queue of node node-3, behind test.Errand/%s.waitAt".formatted(key));
  }

  @Test
  void callingOffInterruptsTheTurnsOfBothOtherNodes() {
    String middle = on("node-2", "off");
    String last = on("node-3", "off");
    CompletableFuture<String> call =
        actors().async(errand(middle), e -> e.letWait(last, "cancelled"));
    awaitLine(last + " waits at cancelled");

    call.cancel(true);

    awaitLine(last + " was interrupted at cancelled");
    assertThat(errand(middle).name()).isEqualTo("test.Errand/" + middle);
    assertThat(errand(last).name()).isEqualTo("test.Errand/" + last);
  }

  @Test
  void callingOffInterruptsWorkThatAnotherNodeHasOffloaded() {
    String key = on("node-3", "computed");
    assertThat(
            whileOpen("computed", actors().async(errand(key), e -> e.computeAt("computed"))).join())
        .startsWith("orbit-offload-");
    CompletableFuture<String> call = actors().async(errand(key), e -> e.computeAt("uncomputed"));
    awaitLine(key + " waits at uncomputed");

    call.cancel(true);

    awaitLine(key + " was interrupted at uncomputed");
    assertThat(errand(key).name()).isEqualTo("test.Errand/" + key);
  }

  private static <T> CompletableFuture<T> whileOpen(String gate, CompletableFuture<T> call) {
    Gates.open(gate);
    return call;
  }

  @Test
  void aTimersTurnsCallOtherNodesAndEndWithTheirActivation() {
    String key = on("node-2", "asking");
    String other = on("node-3", "asked");
    errand(key).askEveryFewMillis(other);
    awaitLine(key + " asks on node-2");
    awaitLine(key + " was told test.Errand/" + other);

    errand(key).leave();
    awaitLine(key + " leaves");
    assertThat(errand(key).name()).isEqualTo("test.Errand/" + key);

    long asked = count(key + " asks on node-2");
    await()
        .during(Duration.ofMillis(300))
        .atMost(SOON)
        .until(() -> count(key + " asks on node-2") == asked);
    assertThat(count(key + " was told test.Errand/" + other)).isEqualTo(asked);
  }

  private static long count(String line) {
    return Gates.lines().stream().filter(line::equals).count();
  }

  @Test
  void whoFindsTheMailboxOnAnotherNodeFullIsToldWhenToComeBackAndThereIsRoomAgain() {
    String key = on(Errand.Narrow.class, "node-3", "narrow");
    Errand.Narrow narrow = actors().get(Errand.Narrow.class, key);
    List<CompletableFuture<String>> before = new ArrayList<>();
    before.add(actors().async(narrow, n -> n.waitAt("narrow")));
    awaitLine(key + " waits at narrow");
    before.add(actors().async(narrow, n -> n.waitAt("narrow")));
    before.add(actors().async(narrow, n -> n.waitAt("narrow")));

    // Whoever is answered by its own end first, on a busy machine, is not told.
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> hasty(500).get(Errand.Narrow.class, key).waitAt("narrow"))
                    .isInstanceOfSatisfying(
                        OverloadedException.class,
                        e -> assertThat(e.retryAfter().orElseThrow()).isPositive()));
    CompletableFuture<String> patient = actors().async(narrow, n -> n.waitAt("narrow"));
    Gates.open("narrow");

    assertThat(before).allSatisfy(call -> assertThat(call.join()).isEqualTo("node-3"));
    assertThat(patient.join()).isEqualTo("node-3");
  }

  @Test
  void baggageFlowsDownOverAllNodesAndNotUp() {
    String middle = on("node-2", "bag");
    String last = on("node-3", "bag");
    Errand first =
        actors().with(CallSettings.NONE.withBaggage("tenant", "x")).get(Errand.class, middle);

    assertThat(first.baggageAt(List.of(last))).isEqualTo(Map.of("tenant", "x"));
    assertThat(errand(middle).baggageAt(List.of(last))).isEmpty();
  }

  @Test
  void aMethodForActiveActorsActivatesNoneOnAnotherNode() {
    String key = on("node-3", "sleeper");

    boolean before = errand(key).nameIfActive().isPresent();
    errand(key).name();

    assertThat(before).isFalse();
    assertThat(errand(key).nameIfActive()).contains("test.Errand/" + key);
    assertThat(Gates.lines()).containsOnlyOnce(key + " is there");
  }

  @Test
  void readOnlyTurnsOfCallersOfSeveralNodesRunBesideOneAnother() {
    String key = on("node-3", "seen");
    List<CompletableFuture<String>> looks =
        cluster.names().stream()
            .map(
                node -> {
                  Actors there = cluster.actors(node);
                  return there.async(there.get(Errand.class, key), e -> e.lookAt("seen"));
                })
            .toList();

    await()
        .atMost(SOON)
        .until(() -> Gates.lines().stream().filter((key + " waits at seen")::equals).count() == 3);
    Gates.open("seen");

    assertThat(looks).allSatisfy(look -> assertThat(look.join()).isEqualTo(key));
  }

  @Test
  void aChainThatComesBackOverAnotherNodeIsLetInWhereTheActorSaysSo() {
    String first = on("node-2", "chain");
    String other = on("node-3", "chain");

    assertThat(actors().get(Errand.Chained.class, first).throughOther(other))
        .isEqualTo("test.Errand.Chained/" + first);
  }

  @Test
  void anActivationThatFailsElsewhereIsToldAndLeavesNothingBehind() {
    String key = on("node-3", ErrandActor.BROKEN);

    assertThatThrownBy(() -> errand(key).name())
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("ORBIT-1011")
        .hasMessageContaining("could not be activated on node node-3")
        .hasMessageContaining("not today");
    assertThat(errand(key).nameIfActive()).isEmpty();

    assertThat(errand(key).name()).isEqualTo("test.Errand/" + key);
  }

  @Test
  void oneThatFailsToLeaveIsGoneAllTheSame() {
    String key = on("node-3", "sulking");

    errand(key).leaveBadly();
    awaitLine(key + " leaves badly");

    assertThat(errand(key).name()).isEqualTo("test.Errand/" + key);
    assertThat(Gates.lines().stream().filter((key + " is there")::equals)).hasSize(2);
  }

  @Test
  void filtersOfCallsRunAtTheCallerAndThoseOfTurnsAtTheHost() {
    String key = on("node-3", "filtered");

    errand(key).name();

    assertThat(Gates.lines())
        .contains("call of " + key + " on node-1", "turn of " + key + " on node-3")
        .doesNotContain("call of " + key + " on node-3", "turn of " + key + " on node-1");
  }
}
