package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.error.ActorFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which turns of an actor may be open, and run, beside which. */
class TurnsIT {
  private static final ExecutorService CALLERS = Executors.newVirtualThreadPerTaskExecutor();
  private static OrbitNode node;

  @BeforeAll
  static void start() {
    node = OrbitNode.builder().actors(Desks.actors()).start();
    assertThat(node.awaitReady(Duration.ofSeconds(20))).isTrue();
  }

  @AfterAll
  static void stop() {
    CALLERS.shutdownNow();
    node.close();
  }

  private static Desk.Plain plain(String key) {
    return node.actors().get(Desk.Plain.class, key);
  }

  private static Desk.Open open(String key) {
    return node.actors().get(Desk.Open.class, key);
  }

  private static Desk.Chained chained(String key) {
    return node.actors().get(Desk.Chained.class, key);
  }

  private static <T> Future<T> later(Callable<T> call) {
    return CALLERS.submit(call);
  }

  private static void awaitLine(String line) {
    await().atMost(Duration.ofSeconds(10)).until(() -> Desks.lines().contains(line));
  }

  private static void assertNoOverlap() {
    assertThat(Desks.lines()).noneMatch(line -> line.startsWith("overlap"));
  }

  @Test
  void readOnlyTurnsRunBesideOneAnother() throws Exception {
    Future<String> first = later(() -> plain("readers").look("r1"));
    Future<String> second = later(() -> plain("readers").look("r2"));
    awaitLine("look r1");
    awaitLine("look r2");

    Desks.open("r2");
    String secondAnswer = second.get(10, TimeUnit.SECONDS);
    Desks.open("r1");

    assertThat(secondAnswer).isEqualTo("seen");
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("seen");
  }

  @Test
  void aTurnThatMayChangeSomethingRunsBesideNoReaderAndIsNotOvertakenByLaterOnes()
      throws Exception {
    Future<String> reader = later(() -> plain("mixed").look("m1"));
    awaitLine("look m1");
    CompletionStage<String> writer = plain("mixed").changeLater("m2");
    Future<String> lateReader = later(() -> plain("mixed").look("m3"));

    Desks.open("m1");
    awaitLine("change m2");
    boolean lateReaderWaits = !Desks.lines().contains("look m3");
    Desks.open("m2");
    awaitLine("look m3");
    Desks.open("m3");

    assertThat(reader.get(10, TimeUnit.SECONDS)).isEqualTo("seen");
    assertThat(writer.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("changed");
    assertThat(lateReader.get(10, TimeUnit.SECONDS)).isEqualTo("seen");
    assertThat(lateReaderWaits).isTrue();
    assertNoOverlap();
  }

  @Test
  void aCallThatIsCalledOffHoldsUpNobodyBehindIt() throws Exception {
    Future<String> reader = later(() -> plain("left").look("l1"));
    awaitLine("look l1");
    CompletionStage<String> writer = plain("left").changeLater("l2");
    CompletionStage<String> lateReader =
        node.actors().async(plain("left"), desk -> desk.look("l3"));

    writer.toCompletableFuture().cancel(true);
    awaitLine("look l3");
    Desks.open("l3");
    Desks.open("l1");

    assertThat(lateReader.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("seen");
    assertThat(reader.get(10, TimeUnit.SECONDS)).isEqualTo("seen");
    assertThat(Desks.lines()).doesNotContain("change l2");
    assertNoOverlap();
  }

  @Test
  void aTurnOfAnotherCallWaitsWhereTheActorIsNotReentrant() throws Exception {
    Future<String> visitor = later(() -> plain("closed").visit("hall-1"));
    awaitLine("entered hall-1");
    Future<String> other = later(() -> plain("closed").name());

    String peeked = plain("closed").peek();
    boolean otherHasRun = other.isDone();
    Desks.open("hall-1");

    assertThat(peeked).isEqualTo("peeked");
    assertThat(otherHasRun).isFalse();
    assertThat(visitor.get(10, TimeUnit.SECONDS)).isEqualTo("entered");
    assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo("test.Desk/closed");
    assertNoOverlap();
  }

  @Test
  void aReentrantActorLetsOthersInWhileATurnWaits() throws Exception {
    Future<String> visitor = later(() -> open("open").visit("hall-2"));
    awaitLine("entered hall-2");

    String name = open("open").name();
    boolean visitorHasGoneOn = visitor.isDone();
    Desks.open("hall-2");

    assertThat(name).isEqualTo("test.OpenDesk/open");
    assertThat(visitorHasGoneOn).isFalse();
    assertThat(visitor.get(10, TimeUnit.SECONDS)).isEqualTo("entered");
    assertNoOverlap();
  }

  @Test
  void aTurnWhoseStageIsOpenLetsOthersInAsWell() throws Exception {
    Future<String> visitor =
        later(() -> open("staged").visitLater("hall-3").toCompletableFuture().join());
    awaitLine("entered hall-3");

    String name = open("staged").name();
    Desks.open("hall-3");

    assertThat(name).isEqualTo("test.OpenDesk/staged");
    assertThat(visitor.get(10, TimeUnit.SECONDS)).isEqualTo("entered");
  }

  @Test
  void onlyOneTurnRunsAtAMomentHoweverManyAreOpen() throws Exception {
    List<Future<Integer>> adding = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      adding.add(later(() -> open("counted").add()));
    }
    for (Future<Integer> one : adding) {
      one.get(20, TimeUnit.SECONDS);
    }

    assertThat(open("counted").add()).isEqualTo(401);
    assertNoOverlap();
  }

  @Test
  void aChainThatComesBackToAnActorThatIsNotReentrantFailsAtOnceAndIsSpelledOut() {
    long before = System.nanoTime();

    assertThatThrownBy(() -> plain("circle").comeBackThrough("lobby"))
        .isInstanceOf(ActorFailedException.class)
        .hasMessageContaining("ORBIT-1013")
        .hasMessageContaining(
            "test.Desk/circle.comeBackThrough -> test.Hall/lobby.callBack ->"
                + " test.Desk/circle.name");

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aReentrantActorTakesACallThatComesBack() {
    assertThat(open("back").comeBackThrough("lobby-2")).isEqualTo("test.OpenDesk/back");
  }

  @Test
  void anActorThatIsReentrantAlongChainsTakesItsOwnChainAndNoOther() throws Exception {
    Future<String> visitor = later(() -> chained("chain").visit("hall-4"));
    awaitLine("entered hall-4");
    Future<String> stranger = later(() -> chained("chain").name());

    String peeked = chained("chain").peek();
    boolean strangerHasRun = stranger.isDone();
    Desks.open("hall-4");

    assertThat(peeked).isEqualTo("peeked");
    assertThat(strangerHasRun).isFalse();
    assertThat(visitor.get(10, TimeUnit.SECONDS)).isEqualTo("entered");
    assertThat(stranger.get(10, TimeUnit.SECONDS)).isEqualTo("test.ChainDesk/chain");
    assertThat(chained("own").comeBackThrough("lobby-3")).isEqualTo("test.ChainDesk/own");
  }
}
