package dev.orbit.raft.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.error.NotExecutedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every engine must hold. */
public interface ConsensusEngineContract {
  /** Longer than any election. */
  Duration PATIENCE = Duration.ofSeconds(20);

  /** A group of that many voters, all running. */
  EngineGroup group(int voters);

  /** Submits and waits. */
  static String submit(ConsensusEngine engine, String command) {
    byte[] answer =
        engine.submit(command.getBytes(StandardCharsets.UTF_8)).toCompletableFuture().join();
    return new String(answer, StandardCharsets.UTF_8);
  }

  /** The voter that all running ones agree on. */
  static String leader(EngineGroup group, List<String> running) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Set<Object> seen = new HashSet<>();
              running.forEach(voter -> seen.add(group.engine(voter).leadership().leader()));
              return seen.size() == 1
                  && group.engine(running.getFirst()).leadership().leader().isPresent()
                  && running.contains(group.engine(running.getFirst()).leadership().leader().get());
            });
    return group.engine(running.getFirst()).leadership().leader().orElseThrow();
  }

  static void awaitApplied(EngineGroup group, List<String> voters, int count) {
    for (String voter : voters) {
      await("voter " + voter).atMost(PATIENCE).until(() -> group.machine(voter).size() >= count);
    }
  }

  @Test
  default void aSingleVoterLeadsAndApplies() {
    try (EngineGroup group = group(1)) {
      String answer = submit(group.engine("n1"), "a");

      assertThat(answer).isEqualTo("1:a");
      assertThat(group.engine("n1").leadership().isSelf()).isTrue();
      assertThat(group.engine("n1").health()).isEqualTo(new EngineHealth.Serving());
    }
  }

  @Test
  default void aSingleVoterKeepsWhatItConfirmedWhenItIsKilled() {
    try (EngineGroup group = group(1)) {
      for (int i = 0; i < 50; i++) {
        submit(group.engine("n1"), "c" + i);
      }

      group.kill("n1");
      group.start("n1");

      assertThat(submit(group.engine("n1"), "last")).isEqualTo("51:last");
    }
  }

  @Test
  default void threeVotersAgreeOnOneLeader() {
    try (EngineGroup group = group(3)) {
      String leader = leader(group, group.voters());

      for (String voter : group.voters()) {
        assertThat(group.engine(voter).leadership().isSelf()).isEqualTo(voter.equals(leader));
      }
    }
  }

  @Test
  default void everyVoterAppliesTheSameInTheSameOrder() {
    try (EngineGroup group = group(3)) {
      List<CompletableFuture<byte[]>> answers = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        String voter = group.voters().get(i % 3);
        byte[] command = (voter + "-" + i).getBytes(StandardCharsets.UTF_8);
        answers.add(group.engine(voter).submit(command).toCompletableFuture());
      }

      answers.forEach(CompletableFuture::join);
      awaitApplied(group, group.voters(), 300);

      List<String> first = group.machine("n1").applied();
      assertThat(first).hasSize(300).doesNotHaveDuplicates();
      assertThat(group.machine("n2").applied()).isEqualTo(first);
      assertThat(group.machine("n3").applied()).isEqualTo(first);
    }
  }

  @Test
  default void theAnswerIsTheOneOfTheSubmittedCommand() {
    try (EngineGroup group = group(3)) {
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String voter = group.voters().get(i % 3);
        byte[] command = ("x" + i).getBytes(StandardCharsets.UTF_8);
        answers.add(
            group
                .engine(voter)
                .submit(command)
                .toCompletableFuture()
                .thenApply(bytes -> new String(bytes, StandardCharsets.UTF_8)));
      }

      for (int i = 0; i < 200; i++) {
        assertThat(answers.get(i).join()).endsWith(":x" + i);
      }
    }
  }

  @Test
  default void theGroupGoesOnWithoutItsLeaderAndLosesNothing() {
    try (EngineGroup group = group(3)) {
      String leader = leader(group, group.voters());
      List<String> others = new ArrayList<>(group.voters());
      others.remove(leader);
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(
            group
                .engine(others.get(i % 2))
                .submit(("k" + i).getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture()
                .thenApply(bytes -> new String(bytes, StandardCharsets.UTF_8)));
      }

      group.kill(leader);
      answers.forEach(CompletableFuture::join);
      String next = leader(group, others);
      submit(group.engine(others.getFirst()), "after");

      awaitApplied(group, others, 101);
      assertThat(next).isNotEqualTo(leader);
      assertThat(group.machine(others.getFirst()).applied()).hasSize(101).doesNotHaveDuplicates();
      assertThat(group.machine(others.getLast()).applied())
          .isEqualTo(group.machine(others.getFirst()).applied());
    }
  }

  @Test
  default void aVoterThatComesBackCatchesUp() {
    try (EngineGroup group = group(3)) {
      String leader = leader(group, group.voters());
      submit(group.engine(leader), "before");
      group.kill(leader);
      List<String> others = new ArrayList<>(group.voters());
      others.remove(leader);
      for (int i = 0; i < 20; i++) {
        submit(group.engine(others.getFirst()), "while-" + i);
      }

      group.start(leader);

      awaitApplied(group, group.voters(), 21);
      assertThat(group.machine(leader).applied())
          .isEqualTo(group.machine(others.getFirst()).applied());
    }
  }

  @Test
  default void nothingIsLostWhenAllAreKilled() {
    try (EngineGroup group = group(3)) {
      leader(group, group.voters());
      for (int i = 0; i < 30; i++) {
        submit(group.engine(group.voters().get(i % 3)), "s" + i);
      }

      group.voters().forEach(group::kill);
      group.voters().forEach(group::start);

      assertThat(submit(group.engine("n2"), "more")).isEqualTo("31:more");
      awaitApplied(group, group.voters(), 31);
    }
  }

  @Test
  default void withoutAMajorityACommandIsNotExecuted() {
    try (EngineGroup group = group(3)) {
      String leader = leader(group, group.voters());
      List<String> others = new ArrayList<>(group.voters());
      others.remove(leader);
      group.kill(leader);
      group.kill(others.getLast());
      ConsensusEngine alone = group.engine(others.getFirst());
      await().atMost(PATIENCE).until(() -> alone.leadership().leader().isEmpty());

      assertThat(alone.health()).isEqualTo(new EngineHealth.NoLeader());
      assertThatThrownBy(() -> submit(alone, "lost"))
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOf(NotExecutedException.class);
    }
  }

  @Test
  default void leadershipIsToldInOrderAndNeverGoesBack() {
    try (EngineGroup group = group(3)) {
      ConcurrentLinkedQueue<Leadership> told = new ConcurrentLinkedQueue<>();
      String leader = leader(group, group.voters());
      String other = group.voters().stream().filter(v -> !v.equals(leader)).findFirst().get();
      group.engine(other).onLeadership(told::add);
      List<String> others = new ArrayList<>(group.voters());
      others.remove(leader);

      group.kill(leader);
      String next = leader(group, others);

      await().atMost(PATIENCE).until(() -> told.stream().anyMatch(l -> l.leader().isPresent()));
      List<Long> terms = told.stream().map(Leadership::term).toList();
      assertThat(terms).isSorted();
      assertThat(told.stream().reduce((a, b) -> b).orElseThrow().leader()).contains(next);
    }
  }

  @Test
  default void aClosedEngineRefusesAndIsNotHanging() throws Exception {
    try (EngineGroup group = group(1)) {
      submit(group.engine("n1"), "a");
      ConsensusEngine engine = group.engine("n1");
      CountDownLatch ended = new CountDownLatch(1);

      group.kill("n1");
      engine.submit(new byte[] {1}).whenComplete((answer, error) -> ended.countDown());

      assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
    }
  }
}
