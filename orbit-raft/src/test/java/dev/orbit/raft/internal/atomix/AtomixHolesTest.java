package dev.orbit.raft.internal.atomix;

import static dev.orbit.raft.internal.atomix.AtomixHarness.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.proto.raft.FrameProto;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.storage.log.entry.InitializeEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each hole of Atomix once without its guard and once with it. */
class AtomixHolesTest {
  @TempDir Path directory;

  private AtomixHarness harness() throws Exception {
    return new AtomixHarness(directory, _ -> {}).start();
  }

  private static AppendRequest entries(long term, String leader, long after, int count) {
    List<RaftLogEntry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(new InitializeEntry(term, 1));
    }
    return new AppendRequest(term, leader, after, after == 0 ? 0 : term, entries, 0);
  }

  /** A leader of term 5 shows itself and vanishes: Atomix forgets its vote of that term. */
  private static void letLeaderComeAndGo(AtomixHarness harness) throws Exception {
    AppendResponse shown =
        await(harness.protocol.handle(new AppendRequest(5, "n2", 0, 0, List.of(), 0)));
    assertThat(shown.succeeded()).isTrue();
    await().until(() -> harness.raft.getLeader() == null);
  }

  @Test
  void withoutTheVoteGuardAVoterVotesTwiceInATerm() throws Exception {
    try (AtomixHarness harness = harness()) {
      boolean first = await(harness.protocol.handle(new VoteRequest(5, "n2", 0, 0))).voted();
      letLeaderComeAndGo(harness);

      boolean second = await(harness.protocol.handle(new VoteRequest(5, "n3", 0, 0))).voted();

      assertThat(first).isTrue();
      assertThat(second).as("Atomix's hole").isTrue();
    }
  }

  @Test
  void withTheVoteGuardItDoesNot() throws Exception {
    try (AtomixHarness harness = harness()) {
      FrameProto first = await(harness.frame(MessageCodec.encode(new VoteRequest(5, "n2", 0, 0))));
      letLeaderComeAndGo(harness);

      FrameProto second = await(harness.frame(MessageCodec.encode(new VoteRequest(5, "n3", 0, 0))));

      assertThat(first.getVoteResponse().getVoted()).isTrue();
      assertThat(second.getVoteResponse().getVoted()).isFalse();
    }
  }

  @Test
  void withoutTheVoteGuardAnEmptyLogBehindASnapshotVotesForAnybody() throws Exception {
    try (AtomixHarness harness = harness()) {
      harness.snapshotIndex = 100;

      boolean raw = await(harness.protocol.handle(new VoteRequest(5, "n2", 50, 1))).voted();
      FrameProto guarded =
          await(harness.frame(MessageCodec.encode(new VoteRequest(6, "n2", 50, 1))));

      assertThat(raw).as("Atomix's hole").isTrue();
      assertThat(guarded.getVoteResponse().getVoted()).isFalse();
    }
  }

  @Test
  void withoutTheAppendGuardLeftoversAreCommitted() throws Exception {
    try (AtomixHarness harness = harness()) {
      await(harness.protocol.handle(entries(1, "n2", 0, 5)));

      await(harness.protocol.handle(new AppendRequest(2, "n3", 5, 0, List.of(), 5)));

      assertThat(harness.raft.getCommitIndex()).as("Atomix's hole").isEqualTo(5);
    }
  }

  @Test
  void withTheAppendGuardTheyAreNot() throws Exception {
    try (AtomixHarness harness = harness()) {
      await(harness.protocol.handle(entries(1, "n2", 0, 5)));

      FrameProto answer =
          await(harness.frame(MessageCodec.encode(new AppendRequest(2, "n3", 5, 0, List.of(), 5))));

      assertThat(answer.getAppendResponse().getSucceeded()).isTrue();
      assertThat(harness.raft.getCommitIndex()).isZero();
    }
  }

  @Test
  void withTheAppendGuardALogIsNotBegunAnewAboveAGap() throws Exception {
    try (AtomixHarness harness = harness()) {
      List<RaftLogEntry> entries = List.of(new InitializeEntry(2, 1));

      FrameProto answer =
          await(harness.frame(MessageCodec.encode(new AppendRequest(2, "n3", 50, 0, entries, 0))));

      assertThat(answer.getFailure().getDescription()).contains("entries before 51 are missing");
      assertThat(harness.raft.getLogWriter().getLastIndex()).isZero();
    }
  }

  @Test
  void aLogThatHasTheFirstOfTheEntriesGoesOnThoughTheirPredecessorIsNotNamed() throws Exception {
    try (AtomixHarness harness = harness()) {
      await(harness.protocol.handle(entries(1, "n2", 0, 5)));
      List<RaftLogEntry> overlapping =
          List.of(new InitializeEntry(1, 1), new InitializeEntry(1, 1), new InitializeEntry(1, 1));
      List<RaftLogEntry> other = List.of(new InitializeEntry(2, 1));

      FrameProto agreed =
          await(
              harness.frame(MessageCodec.encode(new AppendRequest(2, "n3", 3, 0, overlapping, 5))));
      FrameProto strange =
          await(harness.frame(MessageCodec.encode(new AppendRequest(2, "n3", 3, 0, other, 5))));

      assertThat(agreed.getAppendResponse().getLastLogIndex()).isEqualTo(6);
      assertThat(harness.raft.getCommitIndex()).isEqualTo(5);
      assertThat(strange.getFailure().getDescription()).contains("entries before 4 are missing");
    }
  }

  /** Both have come before either is handled, and the second takes the place of the first. */
  @Test
  void whatTakesThePlaceOfSyncedEntriesIsSyncedItself() throws Exception {
    Semaphore disk = new Semaphore(0);
    AtomicInteger syncs = new AtomicInteger();
    CountDownLatch arrived = new CountDownLatch(1);
    try (AtomixHarness harness =
        new AtomixHarness(
                directory,
                _ -> {
                  syncs.incrementAndGet();
                  disk.acquireUninterruptibly();
                })
            .start()) {
      harness
          .raft
          .getThreadContext()
          .execute(
              () -> {
                try {
                  arrived.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      CompletableFuture<FrameProto> replaced =
          harness.frame(MessageCodec.encode(entries(1, "n2", 0, 3)));
      CompletableFuture<FrameProto> last =
          harness.frame(MessageCodec.encode(entries(2, "n3", 0, 3)));
      arrived.countDown();
      await(harness.protocol.handle(new AppendRequest(2, "n3", 3, 2, List.of(), 0)));

      disk.release(2);
      await(replaced);
      FrameProto answer = await(last);
      int syncsOfBoth = syncs.get();
      disk.release(10);

      assertThat(answer.getAppendResponse().getSucceeded()).isTrue();
      assertThat(syncsOfBoth).isEqualTo(2);
    }
  }

  @Test
  void withoutTheDurabilityGateAnAppendIsConfirmedBeforeItIsOnDisk() throws Exception {
    CountDownLatch disk = new CountDownLatch(1);
    try (AtomixHarness harness =
        new AtomixHarness(
                directory,
                _ -> {
                  try {
                    disk.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                })
            .start()) {
      AppendResponse raw = await(harness.protocol.handle(entries(1, "n2", 0, 3)));

      CompletableFuture<FrameProto> guarded =
          harness.frame(MessageCodec.encode(entries(1, "n2", 3, 3)));
      // A round trip through the protocol's thread: the append has been handled by then.
      await(harness.protocol.handle(new AppendRequest(1, "n2", 6, 1, List.of(), 0)));
      boolean before = guarded.isDone();
      CompletableFuture<FrameProto> heartbeat =
          harness.frame(MessageCodec.encode(new AppendRequest(1, "n2", 6, 1, List.of(), 0)));
      await(harness.protocol.handle(new AppendRequest(1, "n2", 6, 1, List.of(), 0)));
      boolean heartbeatBefore = heartbeat.isDone();
      disk.countDown();

      assertThat(raw.succeeded()).as("Atomix's hole").isTrue();
      assertThat(before).isFalse();
      assertThat(heartbeatBefore).as("it confirms the same entries").isFalse();
      assertThat(await(guarded).getAppendResponse().getLastLogIndex()).isEqualTo(6);
      assertThat(await(heartbeat).getAppendResponse().getSucceeded()).isTrue();
    }
  }

  private static InstallRequest snapshot(long index) {
    return new InstallRequest(
        1, MemberId.from("n2"), index, 7, 1, 0, SnapshotIntakeTest.snapshot(3), true);
  }

  @Test
  void withoutTheDurabilityGateASnapshotIsConfirmedBeforeItIsOnDisk() throws Exception {
    CountDownLatch disk = new CountDownLatch(1);
    try (AtomixHarness harness =
        new AtomixHarness(
                directory,
                _ -> {
                  try {
                    disk.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                })
            .start()) {
      InstallResponse raw = await(harness.protocol.handle(snapshot(40)));

      CompletableFuture<FrameProto> guarded = harness.frame(MessageCodec.encode(snapshot(50)));
      // A round trip through the protocol's thread: the snapshot has been written by then.
      await(CompletableFuture.runAsync(() -> {}, harness.raft.getThreadContext()));
      boolean written = Files.exists(directory.resolve("raft-50.snapshot"));
      boolean before = guarded.isDone();
      CompletableFuture<FrameProto> repeated = harness.frame(MessageCodec.encode(snapshot(50)));
      await(CompletableFuture.runAsync(() -> {}, harness.raft.getThreadContext()));
      boolean repeatedBefore = repeated.isDone();
      disk.countDown();

      assertThat(raw.status()).as("Atomix's hole").isEqualTo(RaftResponse.Status.OK);
      assertThat(written).isTrue();
      assertThat(before).isFalse();
      assertThat(repeatedBefore).as("it confirms the same snapshot").isFalse();
      assertThat(await(guarded).hasInstallResponse()).isTrue();
      assertThat(await(repeated).hasInstallResponse()).isTrue();
    }
  }

  private static ConfigureRequest configuration() {
    return new ConfigureRequest(
        5,
        "n2",
        0,
        1,
        List.of(
            new DefaultRaftMember(MemberId.from("n1"), RaftMember.Type.ACTIVE, Instant.EPOCH),
            new DefaultRaftMember(MemberId.from("n2"), RaftMember.Type.ACTIVE, Instant.EPOCH)));
  }

  @Test
  void aLeaderThatIsFasterThanTheStartIsNeverAnsweredAndWithTheGuardAtOnce() throws Exception {
    try (AtomixHarness harness = new AtomixHarness(directory, _ -> {})) {
      CompletableFuture<ConfigureResponse> raw = harness.protocol.handle(configuration());
      // A round trip through the protocol's thread: the request has been handled by then.
      await(CompletableFuture.runAsync(() -> {}, harness.raft.getThreadContext()));

      FrameProto early = await(harness.frame(MessageCodec.encode(configuration())));
      harness.start();
      FrameProto later = await(harness.frame(MessageCodec.encode(configuration())));

      assertThat(raw).as("Atomix's hole").isNotDone();
      assertThat(early.getFailure().getDescription()).contains("voter n1 is starting");
      assertThat(later.hasConfigureResponse()).isTrue();
    }
  }
}
