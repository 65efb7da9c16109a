package dev.orbit.testkit.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.Actors;
import dev.orbit.api.CallSettings;
import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.StorageException;
import dev.orbit.client.OrbitClient;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import dev.orbit.testkit.calls.Troubled.Brittle;
import dev.orbit.testkit.calls.Troubled.Nested;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever becomes of a call, its caller is told at once what, and the actor goes on: the deadline
 * of an hour would be noticed.
 */
class TroubledCallsIT {
  private static final CallSettings HOUR = CallSettings.timeout(Duration.ofHours(1));
  private static Cluster cluster;
  private static OrbitClient client;

  enum From {
    SAME_NODE,
    OTHER_NODE,
    CLIENT
  }

  @BeforeAll
  static void start() {
    cluster = ClusterConfig.builder().nodes(2).voters(1).actors(TroubledActor.class).start();
    client = OrbitClient.connect(cluster.node("node-1").endpoint().toString());
  }

  @AfterAll
  static void stop() {
    client.close();
    cluster.close();
  }

  private static Troubled troubled(From from, String prefix) {
    Actors actors = from == From.CLIENT ? client : cluster.actors("node-1");
    String host = from == From.SAME_NODE ? "node-1" : "node-2";
    String key =
        IntStream.range(0, 1_000)
            .mapToObj(i -> prefix + "-" + from + "-" + i)
            .filter(k -> cluster.nodeOf(cluster.actors().get(Troubled.class, k)).equals(host))
            .findFirst()
            .orElseThrow();
    return actors.with(HOUR).get(Troubled.class, key);
  }

  private static void fails(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OrbitException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  private static Nested endless() {
    List<Nested> inner = new ArrayList<>();
    Nested endless = new Nested(inner);
    inner.add(endless);
    return endless;
  }

  @ParameterizedTest
  @EnumSource
  void aResultThatCannotBeWritten(From from) {
    Troubled troubled = troubled(from, "result");

    fails(ErrorCode.BAD_RESULT, () -> troubled.brittle(Brittle.BREAKS));
    assertThatThrownBy(() -> troubled.brittleLater(Brittle.BREAKS).toCompletableFuture().join())
        .hasCauseInstanceOf(ActorFailedException.class)
        .hasMessageContaining("ORBIT-3002");
    fails(ErrorCode.BAD_RESULT, troubled::endless);
    assertThat(troubled.stillThere()).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void anArgumentThatCannotBeWritten(From from) {
    Troubled troubled = troubled(from, "argument");

    fails(ErrorCode.BAD_ARGUMENTS, () -> troubled.take(new Brittle(Brittle.BREAKS)));
    fails(ErrorCode.BAD_ARGUMENTS, () -> troubled.takeNested(endless()));
    assertThat(troubled.stillThere()).isOne();
  }

  @ParameterizedTest
  @EnumSource
  void whatTheActorThrowsAndTheContractDeclaresComesAsItselfWithBothStacks(From from) {
    Troubled troubled = troubled(from, "declared");

    assertThatThrownBy(() -> troubled.refuse("no"))
        .isExactlyInstanceOf(Troubled.Refusal.class)
        .hasMessage("no")
        .satisfies(
            e -> {
              List<String> frames =
                  Arrays.stream(e.getStackTrace()).map(StackTraceElement::toString).toList();
              assertThat(frames.getFirst()).contains("TroubledActor.refuse");
              assertThat(frames).anyMatch(frame -> frame.startsWith("orbit.call(test.Troubled/"));
              assertThat(frames).anyMatch(frame -> frame.contains("TroubledCallsIT"));
            });
  }

  @ParameterizedTest
  @EnumSource
  void overTwoActorsItComesAsItselfWithTheStacksOfAllThree(From from) {
    Troubled troubled = troubled(from, "chain");
    Troubled other = troubled(From.OTHER_NODE, "chained");

    assertThatThrownBy(() -> troubled.letRefuse(other))
        .isExactlyInstanceOf(Troubled.Refusal.class)
        .hasMessage("from afar")
        .satisfies(
            e ->
                assertThat(Arrays.stream(e.getStackTrace()).map(StackTraceElement::toString))
                    .anyMatch(frame -> frame.contains("TroubledActor.refuse"))
                    .anyMatch(frame -> frame.contains("TroubledActor.letRefuse"))
                    .anyMatch(frame -> frame.contains("TroubledCallsIT")));
  }

  @ParameterizedTest
  @EnumSource
  void anExceptionThatFailsItself(From from) {
    Troubled troubled = troubled(from, "thrown");

    fails(ErrorCode.ACTOR_FAILED, troubled::unspeakable);
    fails(ErrorCode.ACTOR_FAILED, troubled::wordy);
    fails(ErrorCode.ACTOR_FAILED, troubled::recurse);
    assertThat(troubled.stillThere()).isOne();
  }

  @ParameterizedTest
  @EnumSource
  void aFailureOfTheStoreComesAsOne(From from) {
    assertThatThrownBy(() -> troubled(from, "store").failInStore())
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.WRITE_OUTCOME_UNKNOWN))
        .hasMessageContaining("the database went away");
  }

  @ParameterizedTest
  @EnumSource(names = {"OTHER_NODE", "CLIENT"})
  void whatIsTooLargeForAMessage(From from) {
    Troubled troubled = troubled(from, "large");

    assertThatThrownBy(() -> troubled.length(new byte[60_000_000]))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("ORBIT-1012");
    assertThatThrownBy(() -> troubled.large(60_000_000))
        .isInstanceOf(OrbitException.class)
        .isNotInstanceOf(NotExecutedException.class);
    assertThat(troubled.stillThere()).isOne();
  }
}
