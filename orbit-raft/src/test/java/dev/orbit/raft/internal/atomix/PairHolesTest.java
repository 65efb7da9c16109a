package dev.orbit.raft.internal.atomix;

import static dev.orbit.raft.internal.atomix.AtomixHarness.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holes of Atomix that only a leader with a follower has, once without and once with the guard. */
class PairHolesTest {
  private static final String ALL = "all?";

  @TempDir Path directory;
  private final List<String> applied = new CopyOnWriteArrayList<>();

  /** Keeps all that it is told, and says it when it is asked. */
  private PairedAtomix pair() {
    return pair(false);
  }

  private PairedAtomix pair(boolean guarded) {
    HostedType hosted = new HostedType(null, ConcurrentHashMap.newKeySet(), LogNamespace.create());
    return new PairedAtomix(
        directory,
        new UnguardedType(
            hosted,
            bytes -> {
              String said = new String(bytes, StandardCharsets.UTF_8);
              if (!said.equals(ALL)) {
                applied.add(said);
              }
              return String.join(",", applied).getBytes(StandardCharsets.UTF_8);
            }),
        guarded);
  }

  /** Both commands are on both voters, and so committed; n1 knows that of the first only. */
  private static void twoCommandsAndAnElection(PairedAtomix pair) throws Exception {
    pair.obey(List.of("first", "second"), 1);
    pair.peer.length(PairedAtomix.SESSION + 2);
    pair.peer.takesEntries(false);
    await().until(pair::leads);
  }

  @Test
  void aQueryPastTheLogIsAnsweredFromBeforeACommittedCommand() throws Exception {
    try (PairedAtomix pair = pair()) {
      twoCommandsAndAnElection(pair);

      String answer = pair.query(ALL);

      assertThat(answer).as("Atomix's hole: 'second' was committed").isEqualTo("first");
    }
  }

  @Test
  void aReadThroughTheLogWaitsForIt() throws Exception {
    try (PairedAtomix pair = pair()) {
      twoCommandsAndAnElection(pair);

      CompletableFuture<String> answer = pair.ask(ALL);
      // A round trip through the protocol's thread: had it an answer, it would have it by now.
      pair.query(ALL);
      boolean before = answer.isDone();
      pair.peer.takesEntries(true);

      assertThat(before).isFalse();
      assertThat(await(answer)).isEqualTo("first,second");
    }
  }

  @Test
  void thatNobodyLeadsAnyMoreIsToldByTheGuardAlone() throws Exception {
    try (PairedAtomix pair = pair(true)) {
      List<String> told = new CopyOnWriteArrayList<>();
      pair.obey(List.of("first"), 1);
      pair.raft.addLeaderElectionListener(leader -> told.add(leader.memberId().id()));
      int before = pair.leaderChanges.get();

      CompletableFuture<Integer> changes =
          CompletableFuture.supplyAsync(
              () -> {
                pair.raft.setLeader(null);
                pair.raft.setTerm(pair.raft.getTerm() + 1);
                return pair.leaderChanges.get() - before;
              },
              pair.raft.getThreadContext());

      assertThat(await(changes)).isEqualTo(2);
      assertThat(told).as("Atomix's hole: its leader is gone").isEmpty();
    }
  }

  /** n1 leads, has forgotten the beginning of its log, and has sent n2 the snapshot of that. */
  private void aSnapshotThatWasSent(PairedAtomix pair) throws Exception {
    List<String> commands = new ArrayList<>();
    IntStream.range(0, 60).forEach(i -> commands.add(i + "-".repeat(300)));
    pair.obey(commands, commands.size());
    await().until(() -> applied.size() == commands.size());
    pair.compact(50);
    assertThat(pair.raft.getLog().writer().getLastIndex()).isGreaterThan(60);
    await().until(pair::leads);
    await().until(() -> pair.peer.length() > 60);
    assertThat(pair.peer.installs()).isOne();
  }

  @Test
  void aFollowerThatWasWipedIsNotSentTheSnapshotAgain() throws Exception {
    try (PairedAtomix pair = pair()) {
      aSnapshotThatWasSent(pair);
      int gaps = pair.peer.gaps();

      pair.peer.length(0);

      await().until(() -> pair.peer.gaps() > gaps + 10);
      assertThat(pair.peer.installs()).as("Atomix's hole").isOne();
      assertThat(pair.peer.length()).isZero();
    }
  }

  @Test
  void oneThatBeginsInALaterTermIsSentIt() throws Exception {
    try (PairedAtomix pair = pair()) {
      aSnapshotThatWasSent(pair);

      pair.peer.length(0);
      pair.peer.laterTerm(pair.raft.getTerm() + 1);

      await().until(() -> pair.peer.length() > 60);
      assertThat(pair.peer.installs()).isEqualTo(2);
    }
  }

  /** The first four are kept, of which two are applied; what was written after them is cut off. */
  private void aLogThatIsCutBehindTheReader(PairedAtomix pair) throws Exception {
    pair.obey(List.of("a1", "a2", "a3", "a4", "old5", "old6", "old7"), 2);
    await().until(() -> applied.size() == 2);

    pair.obeyInstead(PairedAtomix.SESSION + 4, List.of("new5", "new6", "new7"));
  }

  @Test
  void whatWasCutOffTheLogIsAppliedAllTheSame() throws Exception {
    try (PairedAtomix pair = pair()) {
      aLogThatIsCutBehindTheReader(pair);

      await().until(() -> applied.size() >= 7);
      assertThat(applied).as("Atomix's hole").contains("old5", "old6").doesNotContain("new5");
    }
  }

  @Test
  void readersThatBeginAnewApplyWhatIsThere() throws Exception {
    try (PairedAtomix pair = pair(true)) {
      aLogThatIsCutBehindTheReader(pair);

      await().until(() -> applied.size() >= 7);
      assertThat(applied).containsExactly("a1", "a2", "a3", "a4", "new5", "new6", "new7");
    }
  }

  @Test
  void aReaderThatStandsAtTheCutReadsOn() throws Exception {
    try (PairedAtomix pair = pair(true)) {
      pair.obey(List.of("a1", "a2", "old3", "old4"), 2);
      await().until(() -> applied.size() == 2);

      pair.obeyInstead(PairedAtomix.SESSION + 2, List.of("new3", "new4-longer", "new5"));

      await().until(() -> applied.size() >= 5);
      assertThat(applied).containsExactly("a1", "a2", "new3", "new4-longer", "new5");
    }
  }

  /** As {@link #aLogThatIsCutBehindTheReader}, by a leader that has compacted what is kept. */
  private void aLogThatBeginsAnewAtTheReader(PairedAtomix pair) throws Exception {
    pair.obey(List.of("a1", "a2", "old3", "old4", "old5"), 2);
    await().until(() -> applied.size() == 2);
    pair.probe(PairedAtomix.SESSION + 2);

    pair.obeyAnew(PairedAtomix.SESSION + 2, List.of("new3", "new4", "new5"));
  }

  @Test
  void whatWasThereBeforeTheLogBeganAnewIsAppliedAllTheSame() throws Exception {
    try (PairedAtomix pair = pair()) {
      aLogThatBeginsAnewAtTheReader(pair);

      await().until(() -> applied.size() >= 3);
      assertThat(applied).as("Atomix's hole").contains("old3").doesNotContain("new3");
      assertThat(pair.obeyFurther(PairedAtomix.SESSION + 3, List.of("new4", "new5", "new6")))
          .as("Atomix's hole: it compares with what is gone")
          .isFalse();
    }
  }

  @Test
  void readersOfALogThatBeganAnewSeeWhatIsThere() throws Exception {
    try (PairedAtomix pair = pair(true)) {
      aLogThatBeginsAnewAtTheReader(pair);

      boolean obeys = pair.obeyFurther(PairedAtomix.SESSION + 3, List.of("new4", "new5", "new6"));

      await().until(() -> applied.size() >= 6);
      assertThat(obeys).isTrue();
      assertThat(applied).containsExactly("a1", "a2", "new3", "new4", "new5", "new6");
    }
  }

  @Test
  void whoBringsTheLogToDiskHearsOfEveryCut() throws Exception {
    try (PairedAtomix pair = pair(true)) {
      pair.obey(List.of("a1", "a2", "old3", "old4"), 2);
      int before = pair.cuts.get();
      pair.obeyInstead(PairedAtomix.SESSION + 3, List.of("new4", "new5"));
      int afterOne = pair.cuts.get();
      pair.obeyAnew(PairedAtomix.SESSION + 5, List.of("new6"));

      assertThat(afterOne).isEqualTo(before + 1);
      assertThat(pair.cuts).hasValueGreaterThan(afterOne);
    }
  }

  /** n1 leads, and has failed to reach n2 until it all but leaves it alone. */
  private static RaftMemberContext aPeerThatIsBack(PairedAtomix pair) throws Exception {
    pair.obey(List.of("first"), 1);
    pair.peer.length(PairedAtomix.SESSION + 1);
    await().until(pair::leads);
    pair.peer.starting(true);
    RaftMemberContext member = pair.raft.getCluster().getMemberState(MemberId.from("n2"));
    await().until(() -> member.getFailureCount() >= VoterLinks.LEFT_ALONE);
    // As if it had gone on for a minute.
    pair.onItsThread(() -> IntStream.range(0, 20).forEach(i -> member.incrementFailureCount()));
    pair.peer.starting(false);
    return member;
  }

  @Test
  void aPeerThatFailedOftenIsSentNothing() throws Exception {
    try (PairedAtomix pair = pair()) {
      RaftMemberContext member = aPeerThatIsBack(pair);

      CompletableFuture<String> answer = pair.ask(ALL);
      pair.onItsThread(() -> {});

      assertThat(answer).as("Atomix's hole").isNotDone();
      assertThat(member.getFailureCount()).isGreaterThan(20);
    }
  }

  @Test
  void aPeerWhoseConnectionStandsIsTriedAllTheTime() throws Exception {
    try (PairedAtomix pair = pair()) {
      aPeerThatIsBack(pair);
      CompletableFuture<String> answer = pair.ask(ALL);

      pair.onItsThread(() -> VoterLinks.tryAgain(pair.raft, List.of("n2")));

      assertThat(await(answer)).isEqualTo("first");
    }
  }

  @Test
  void aPeerThatFailedAFewTimesCountsAsFailed() throws Exception {
    try (PairedAtomix pair = pair()) {
      RaftMemberContext member = aPeerThatIsBack(pair);
      pair.onItsThread(
          () -> {
            member.resetFailureCount();
            IntStream.range(1, VoterLinks.LEFT_ALONE).forEach(i -> member.incrementFailureCount());

            VoterLinks.tryAgain(pair.raft, List.of("n2"));

            // From three failures on a leader without a majority asks itself whether it leads.
            assertThat(member.getFailureCount()).isEqualTo(VoterLinks.LEFT_ALONE - 1);
          });
    }
  }
}
