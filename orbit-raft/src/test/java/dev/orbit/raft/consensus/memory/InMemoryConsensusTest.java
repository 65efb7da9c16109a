package dev.orbit.raft.consensus.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import dev.orbit.raft.simulated.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InMemoryConsensusTest {
  private static final Duration A_SECOND = Duration.ofSeconds(1);

  private final VirtualTime time = new VirtualTime(5);
  private final InMemoryConsensus group =
      new InMemoryConsensus(
          time.node(),
          new TreeSet<>(List.of("a", "b", "c")),
          InMemoryOptions.DEFAULT.withDelays(Duration.ofMillis(1), Duration.ofMillis(20)));
  private final Map<String, ConsensusEngine> engines = new HashMap<>();
  private final Map<String, Words> words = new HashMap<>();

  @Test
  void commandsOfAllVotersAreAppliedByAllInOneOrder() {
    startAll();
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();

    for (int i = 0; i < 30; i++) {
      answers.add(submit(List.of("a", "b", "c").get(i % 3), "w" + i));
    }
    time.run(A_SECOND);

    assertThat(words.get("a").list).hasSize(30).doesNotHaveDuplicates();
    assertThat(words.get("b").list).isEqualTo(words.get("a").list);
    assertThat(words.get("c").list).isEqualTo(words.get("a").list);
    for (int i = 0; i < 30; i++) {
      assertThat(text(answers.get(i)))
          .isEqualTo("w%d is word %d".formatted(i, words.get("a").list.indexOf("w" + i) + 1));
    }
  }

  @Test
  void exactlyOneVoterLeadsAndAllKnowWho() {
    startAll();

    time.run(A_SECOND);

    assertThat(engines.values()).filteredOn(e -> e.leadership().isSelf()).hasSize(1);
    assertThat(engines.values().stream().map(e -> e.leadership().leader()).distinct()).hasSize(1);
    assertThat(engines.values()).allMatch(e -> e.health() instanceof EngineHealth.Serving);
  }

  @Test
  void aLeaderThatIsCutOffIsReplacedAndLearnsOfItWhenItIsBack() {
    startAll();
    time.run(A_SECOND);
    group.elect("a");
    time.run(A_SECOND);

    group.disconnect("a");
    time.run(A_SECOND.multipliedBy(3));
    Leadership stale = engines.get("a").leadership();
    Leadership fresh = engines.get("b").leadership();
    CompletableFuture<byte[]> lost = submit("a", "lost");
    CompletableFuture<byte[]> kept = submit("b", "kept");
    time.run(A_SECOND.multipliedBy(20));
    group.reconnect("a");
    time.run(A_SECOND);

    assertThat(stale.isSelf()).isTrue();
    assertThat(fresh.leader()).isPresent().isNotEqualTo(stale.leader());
    assertThat(fresh.term()).isGreaterThan(stale.term());
    assertThat(lost).isCompletedExceptionally();
    assertThat(lost.exceptionNow()).isInstanceOf(NotExecutedException.class);
    assertThat(text(kept)).isEqualTo("kept is word 1");
    assertThat(words.get("a").list).containsExactly("kept");
    assertThat(engines.get("a").leadership().isSelf()).isFalse();
  }

  @Test
  void withoutAMajorityNothingIsCommitted() {
    startAll();
    time.run(A_SECOND);
    group.disconnect("b");
    group.disconnect("c");
    time.run(A_SECOND);

    CompletableFuture<byte[]> answer = submit("a", "x");
    time.run(A_SECOND.multipliedBy(20));

    assertThat(answer.exceptionNow()).isInstanceOf(NotExecutedException.class);
    assertThat(words.values()).allMatch(w -> w.list.isEmpty());
  }

  @Test
  void aLostAnswerLeavesTheOutcomeUnknown() {
    startAll();
    time.run(A_SECOND);
    group.behave(InMemoryOptions.DEFAULT.withLoss(1));

    CompletableFuture<byte[]> answer = submit("a", "x");
    time.run(A_SECOND.multipliedBy(20));

    assertThat(answer.exceptionNow()).isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void whatReachesALeaderThatIsBeingClosedIsAnswered() {
    startAll();
    time.run(A_SECOND);
    group.behave(InMemoryOptions.DEFAULT.withDelays(Duration.ZERO, Duration.ZERO));
    String leader = engines.get("a").leadership().leader().orElseThrow();
    String other = leader.equals("a") ? "b" : "a";

    CompletableFuture<byte[]> answer = submit(other, "x");
    // Between the command's beginning and its arrival.
    group.queue().execute(engines.get(leader)::close);
    time.run(A_SECOND.multipliedBy(20));

    assertThat(text(answer)).isEqualTo("x is word 1");
    assertThat(words.get(other).list).containsExactly("x");
  }

  @Test
  void aVoterThatStartsAgainGetsTheStateOfTheOthers() {
    startAll();
    time.run(A_SECOND);
    CompletableFuture<byte[]> before = submit("a", "before");
    time.run(A_SECOND);
    engines.get("c").close();
    CompletableFuture<byte[]> meanwhile = submit("a", "meanwhile");
    time.run(A_SECOND.multipliedBy(3));

    start("c");
    CompletableFuture<byte[]> after = submit("c", "after");
    time.run(A_SECOND);

    assertThat(Stream.of(before, meanwhile, after)).allMatch(CompletableFuture::isDone);
    assertThat(words.get("c").list).containsExactly("before", "meanwhile", "after");
    assertThat(words.get("c").restores).isEqualTo(1);
  }

  @Test
  void aGroupThatStoppedAltogetherGoesOnWithWhatItHad() {
    startAll();
    time.run(A_SECOND);
    CompletableFuture<byte[]> before = submit("a", "before");
    time.run(A_SECOND);
    engines.values().forEach(ConsensusEngine::close);
    time.run(A_SECOND);

    startAll();
    CompletableFuture<byte[]> after = submit("b", "after");
    time.run(A_SECOND.multipliedBy(3));

    assertThat(text(before)).isEqualTo("before is word 1");
    assertThat(text(after)).isEqualTo("after is word 2");
  }

  @Test
  void anErrorInApplyStopsThatVoterForGood() {
    startAll();
    time.run(A_SECOND);
    words.get("a").poison = "bad";

    CompletableFuture<byte[]> answer = submit("b", "bad");
    time.run(A_SECOND.multipliedBy(20));
    CompletableFuture<byte[]> later = submit("b", "good");
    CompletableFuture<byte[]> atTheFailed = submit("a", "good too");
    time.run(A_SECOND.multipliedBy(3));

    assertThat(answer).isDone();
    assertThat(engines.get("a").health()).isInstanceOf(EngineHealth.Failed.class);
    assertThat(text(later)).contains("good is word");
    assertThat(atTheFailed.exceptionNow()).isInstanceOf(NotExecutedException.class);
  }

  private void startAll() {
    Stream.of("a", "b", "c").forEach(this::start);
  }

  private void start(String name) {
    Words machine = new Words();
    ConsensusEngine engine = group.engine(name);
    words.put(name, machine);
    engines.put(name, engine);
    engine.start(machine);
  }

  private CompletableFuture<byte[]> submit(String voter, String word) {
    return engines.get(voter).submit(word.getBytes(StandardCharsets.UTF_8)).toCompletableFuture();
  }

  private static String text(CompletableFuture<byte[]> answer) {
    return new String(
        answer.getNow("none".getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }

  /** Remembers all words that it is given. */
  private static final class Words implements ReplicatedStateMachine {
    List<String> list = new ArrayList<>();
    int restores;
    String poison = "";

    @Override
    public byte[] apply(long index, byte[] command) {
      String word = new String(command, StandardCharsets.UTF_8);
      if (word.equals(poison)) {
        throw new IllegalStateException("poisoned");
      }
      list.add(word);
      return "%s is word %d".formatted(word, list.size()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void snapshot(OutputStream out) throws IOException {
      out.write(String.join(" ", list).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void restore(InputStream in) throws IOException {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      list = new ArrayList<>(all.isEmpty() ? List.of() : List.of(all.split(" ")));
      restores++;
    }
  }
}
