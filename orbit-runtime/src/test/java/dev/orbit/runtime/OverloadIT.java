package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.Actors;
import dev.orbit.api.CallSettings;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.client.OrbitClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is set for a single type, and what becomes of calls beyond it. */
class OverloadIT {
  private static OrbitNode node;
  private static OrbitClient client;

  @BeforeAll
  static void start() {
    node =
        OrbitNode.builder()
            .actors(ClerkActor.class)
            .types(
                Map.of(
                    "test.Clerk",
                    Map.of("mailbox-capacity", 3, "method-timeouts", Map.of("compute", "1ms"))))
            .start();
    assertThat(node.awaitReady(Duration.ofSeconds(20))).isTrue();
    client = OrbitClient.connect(node.endpoint().toString());
  }

  @AfterAll
  static void stop() {
    client.close();
    node.close();
  }

  private static List<CompletableFuture<String>> fill(String key, String gate) {
    Clerk clerk = node.actors().get(Clerk.class, key);
    CompletableFuture<String> running = node.actors().async(clerk, c -> c.waitAt(gate));
    await().atMost(Duration.ofSeconds(10)).until(() -> Desks.lines().contains("waits at " + gate));
    return Stream.concat(
            Stream.of(running),
            Stream.generate(() -> node.actors().async(clerk, c -> c.waitAt(gate))).limit(3))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoFindsNoRoomUntilTheDeadlineIsToldWhenToComeBack(boolean fromOutside) {
    String gate = "full-" + fromOutside;
    List<CompletableFuture<String>> before = fill(gate, gate);
    Actors actors = fromOutside ? client : node.actors();
    Clerk hasty = actors.with(CallSettings.timeout(Duration.ofMillis(400))).get(Clerk.class, gate);

    assertThatThrownBy(() -> hasty.keep(List.of()))
        .isInstanceOfSatisfying(
            OverloadedException.class,
            e ->
                assertThat(e.retryAfter().orElseThrow())
                    .isBetween(Duration.ofMillis(10), Duration.ofSeconds(5)))
        .hasMessageContaining("3 calls wait for this actor");
    Desks.open(gate);

    assertThat(before).allSatisfy(call -> assertThat(call.join()).isEqualTo("passed"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoHasTimeComesBackByItselfWhenThereIsRoom(boolean fromOutside) {
    String gate = "patient-" + fromOutside;
    List<CompletableFuture<String>> before = fill(gate, gate);
    Actors actors = fromOutside ? client : node.actors();
    CompletableFuture<List<String>> patient =
        actors.async(actors.get(Clerk.class, gate), c -> c.keep(List.of("a")));

    Desks.open(gate);

    assertThat(patient.join()).containsExactly("a");
    assertThat(before).allSatisfy(call -> assertThat(call.join()).isEqualTo("passed"));
  }

  @Test
  void aTimeoutOfAMethodIsThatOfTheConfiguration() {
    Clerk clerk = node.actors().get(Clerk.class, "timeouts");
    CompletableFuture<String> running = node.actors().async(clerk, c -> c.waitAt("timeouts"));

    assertThatThrownBy(clerk::compute).hasMessageContaining("deadline");
    Desks.open("timeouts");

    assertThat(running.join()).isEqualTo("passed");
  }

  @Test
  void aTypeMayHaveATimeoutOfItsOwnAtAClient() {
    try (OrbitClient hasty =
        OrbitClient.builder()
            .endpoint(node.endpoint())
            .timeout(Clerk.class, Duration.ofMillis(200))
            .connect()) {
      // On a machine that is busy elsewhere it may not even be sent by then.
      assertThatThrownBy(() -> hasty.get(Clerk.class, "client").waitAt("client"))
          .isInstanceOfSatisfying(
              OrbitException.class,
              e ->
                  assertThat(e.code())
                      .isIn(
                          ErrorCode.DEADLINE_BEFORE_EXECUTION,
                          ErrorCode.DEADLINE_DURING_EXECUTION));
      Desks.open("client");
    }
  }

  @Test
  void aTimeoutOfAMethodThatIsNotThereIsRefusedAtTheStart() {
    OrbitNode.Builder builder =
        OrbitNode.builder()
            .actors(ClerkActor.class)
            .types(Map.of("test.Clerk", Map.of("method-timeouts", Map.of("kept1", "1s"))));

    assertThatThrownBy(builder::start)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'kept1' of test.Clerk")
        .hasMessageContaining("keep, kept");
  }
}
