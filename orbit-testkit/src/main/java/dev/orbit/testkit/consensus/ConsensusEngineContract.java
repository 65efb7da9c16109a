package dev.orbit.testkit.consensus;

import static dev.orbit.testkit.consensus.GroupUnderTest.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What a {@link ConsensusEngine} must do.
 *
 * <pre>{@code
 * class MyEngineIT implements ConsensusEngineContract {
 *   public EngineGroup group(int voters) {
 *     return new MyGroup(voters);
 *   }
 * }
 * }</pre>
 */
public interface ConsensusEngineContract {
  /**
   * A group of voters, none of which runs or ever did.
   *
   * @param voters 1 or 3
   */
  EngineGroup group(int voters);

  /** The group, running. */
  private GroupUnderTest<RecordingMachine> recording(int voters) {
    return new GroupUnderTest<>(group(voters), RecordingMachine::new).startAll();
  }

  private static void awaitApplied(
      GroupUnderTest<RecordingMachine> group, List<String> voters, int count) {
    for (String voter : voters) {
      until(
          () -> group.machine(voter).size() >= count,
          "voter %s lags behind %d".formatted(voter, count));
    }
  }

  private static void assertSame(GroupUnderTest<RecordingMachine> group, List<String> voters) {
    List<String> first = group.machine(voters.getFirst()).applied();
    assertEquals(first.size(), new HashSet<>(first).size(), "something was applied twice");
    voters.forEach(voter -> assertEquals(first, group.machine(voter).applied(), voter));
  }

  @Test
  default void aSingleVoterLeadsAndApplies() {
    try (GroupUnderTest<RecordingMachine> group = recording(1)) {
      String only = group.voters().getFirst();

      String answer = group.submit(only, "a");

      assertEquals("1:a", answer);
      assertTrue(group.engine(only).leadership().isSelf());
      assertEquals(new EngineHealth.Serving(), group.engine(only).health());
    }
  }

  @Test
  default void aSingleVoterKeepsWhatItConfirmedWhenItIsKilled() {
    try (GroupUnderTest<RecordingMachine> group = recording(1)) {
      String only = group.voters().getFirst();
      IntStream.range(0, 50).forEach(i -> group.submit(only, "c" + i));

      group.kill(only);
      group.start(only);

      assertEquals("51:last", group.submit(only, "last"));
    }
  }

  @Test
  default void allAgreeOnOneLeader() {
    try (GroupUnderTest<RecordingMachine> group = recording(3)) {
      String leader = group.leader();

      for (String voter : group.voters()) {
        Leadership seen = group.engine(voter).leadership();
        assertEquals(voter.equals(leader), seen.isSelf(), voter);
      }
    }
  }

  @Test
  default void everyVoterAppliesTheSameInTheSameOrder() {
    try (GroupUnderTest<RecordingMachine> group = recording(3)) {
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        String voter = group.voters().get(i % 3);
        answers.add(group.submitted(voter, voter + "-" + i));
      }

      answers.forEach(CompletableFuture::join);
      awaitApplied(group, group.voters(), 300);

      assertEquals(300, group.machine(group.leader()).size());
      assertSame(group, group.voters());
    }
  }

  @Test
  default void theAnswerIsTheOneOfTheSubmittedCommand() {
    try (GroupUnderTest<RecordingMachine> group = recording(3)) {
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(group.submitted(group.voters().get(i % 3), "x" + i));
      }

      for (int i = 0; i < 200; i++) {
        String answer = answers.get(i).join();
        assertTrue(answer.endsWith(":x" + i), answer);
      }
    }
  }

  @Test
  default void theGroupGoesOnWithoutItsLeaderAndLosesNothing() {
    try (GroupUnderTest<RecordingMachine> group = recording(3)) {
      String leader = group.leader();
      List<String> others = group.others(leader);
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(group.submitted(others.get(i % 2), "k" + i));
      }

      group.kill(leader);
      answers.forEach(CompletableFuture::join);
      String next = group.leader();
      group.submit(others.getFirst(), "after");

      awaitApplied(group, others, 101);
      assertNotEquals(leader, next);
      assertEquals(101, group.machine(next).size());
      assertSame(group, others);
    }
  }

  @Test
  default void aVoterThatComesBackCatchesUp() {
    try (GroupUnderTest<RecordingMachine> group = recording(3)) {
      String leader = group.leader();
      group.submit(leader, "before");
      group.kill(leader);
      String other = group.others(leader).getFirst();
      IntStream.range(0, 20).forEach(i -> group.submit(other, "while-" + i));

      group.start(leader);

      awaitApplied(group, group.voters(), 21);
      assertSame(group, group.voters());
    }
  }

  @Test
  default void nothingIsLostWhenAllAreKilled() {
    try (GroupUnderTest<RecordingMachine> group = recording(3)) {
      group.leader();
      IntStream.range(0, 30).forEach(i -> group.submit(group.voters().get(i % 3), "s" + i));

      group.killAll();
      group.startAll();

      assertEquals("31:more", group.submit(group.voters().get(1), "more"));
      awaitApplied(group, group.voters(), 31);
      assertSame(group, group.voters());
    }
  }

  @Test
  default void withoutAMajorityACommandIsNotExecuted() {
    try (GroupUnderTest<RecordingMachine> group = recording(3)) {
      String leader = group.leader();
      List<String> others = group.others(leader);
      group.kill(leader);
      group.kill(others.getLast());
      ConsensusEngine alone = group.engine(others.getFirst());
      until(() -> alone.leadership().leader().isEmpty(), "a voter alone still sees a leader");

      EngineHealth health = alone.health();
      CompletionException failure =
          assertThrows(CompletionException.class, () -> group.submit(others.getFirst(), "lost"));

      assertEquals(new EngineHealth.NoLeader(), health);
      assertInstanceOf(NotExecutedException.class, failure.getCause());
      group.start(leader);
      assertEquals("1:kept", group.submit(leader, "kept"));
    }
  }

  @Test
  default void leadershipIsToldInOrderAndNeverGoesBack() {
    try (GroupUnderTest<RecordingMachine> group = recording(3)) {
      ConcurrentLinkedQueue<Leadership> told = new ConcurrentLinkedQueue<>();
      String leader = group.leader();
      group.engine(group.others(leader).getFirst()).onLeadership(told::add);

      group.kill(leader);
      String next = group.leader();

      until(
          () ->
              told.stream()
                  .reduce((first, second) -> second)
                  .flatMap(Leadership::leader)
                  .filter(next::equals)
                  .isPresent(),
          "the new leader %s was not told".formatted(next));
      List<Long> terms = told.stream().map(Leadership::term).toList();
      assertEquals(terms.stream().sorted().toList(), terms);
    }
  }

  @Test
  default void snapshotsAndCompactionWhileWritingLoseNothing() {
    try (GroupUnderTest<RecordingMachine> group = recording(3)) {
      String leader = group.leader();
      String late = group.others(leader).getFirst();
      group.kill(late);
      String padding = "p".repeat(2000);
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        answers.add(group.submitted(leader, i + padding));
      }
      answers.forEach(CompletableFuture::join);

      CompletableFuture<?> compacted = group.compact(leader);
      int written = 1000;
      do {
        group.submit(leader, "while-" + written++);
      } while (!compacted.isDone());
      compacted.join();
      group.start(late);
      awaitApplied(group, group.voters(), written);
      assertSame(group, group.voters());

      group.killAll();
      group.startAll();
      String answer = group.submit(late, "after all");

      assertEquals((written + 1) + ":after all", answer);
      awaitApplied(group, group.voters(), written + 1);
      assertSame(group, group.voters());
    }
  }

  @Test
  default void theReplicatedStateIsLinearizableWhileVotersAreKilled() {
    try (GroupUnderTest<TextMap> group = new GroupUnderTest<>(group(3), TextMap::new).startAll()) {
      group.leader();
      ConcurrentClients clients = new ConcurrentClients(group, 4);

      clients.callWhile(
          60,
          () -> {
            String leader = group.leader();
            group.kill(leader);
            group.leader();
            group.start(leader);
          });
      clients.callWhile(
          60,
          () -> {
            group.killAll();
            group.startAll();
            group.leader();
          });
      clients.callWhile(20, group::leader);

      clients.assertLinearizable();
    }
  }

  @Test
  default void aClosedEngineRefusesAndDoesNotHang() throws InterruptedException {
    try (GroupUnderTest<RecordingMachine> group = recording(1)) {
      String only = group.voters().getFirst();
      group.submit(only, "a");
      ConsensusEngine engine = group.engine(only);
      CountDownLatch ended = new CountDownLatch(1);
      List<Throwable> failures = new ArrayList<>();

      group.kill(only);
      var _ =
          engine
              .submit(new byte[] {1})
              .whenComplete(
                  (answer, failure) -> {
                    failures.add(failure);
                    ended.countDown();
                  });

      assertTrue(ended.await(5, TimeUnit.SECONDS));
      assertInstanceOf(OrbitException.class, failures.getFirst());
    }
  }
}
