package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.transport.env.SystemEnvironment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DurabilityGateTest {
  /** A disk that syncs when it is told to. */
  private static final class Disk implements DurabilityGate.Sync {
    final LinkedBlockingQueue<String> begun = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> results = new LinkedBlockingQueue<>();

    @Override
    public void run(boolean everything) throws IOException {
      begun.add(everything ? "everything" : "entries");
      try {
        if (results.take().equals("fail")) {
          throw new IOException("the disk is broken");
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    String awaitBegin() throws InterruptedException {
      String what = begun.poll(10, TimeUnit.SECONDS);
      assertThat(what).isNotNull();
      return what;
    }
  }

  private final SystemEnvironment environment = new SystemEnvironment();
  private final Disk disk = new Disk();
  private final List<IOException> failures = new ArrayList<>();
  private final DurabilityGate gate =
      new DurabilityGate(environment, "test", 0, disk, failures::add);

  @AfterEach
  void close() {
    disk.results.add("end");
    disk.results.add("end");
    gate.close();
    environment.close();
  }

  private static void await(CompletableFuture<Void> passed) throws Exception {
    passed.get(10, TimeUnit.SECONDS);
  }

  @Test
  void nobodyPassesBeforeASyncIsDone() throws Exception {
    CompletableFuture<Void> passed = gate.pass(5);
    disk.awaitBegin();

    boolean before = passed.isDone();
    disk.results.add("ok");
    await(passed);

    assertThat(before).isFalse();
    assertThat(gate.durable()).isEqualTo(5);
    assertThat(gate.pass(5)).isCompleted();
  }

  @Test
  void whoComesWhileASyncRunsWaitsForTheNext() throws Exception {
    CompletableFuture<Void> first = gate.pass(1);
    disk.awaitBegin();

    CompletableFuture<Void> second = gate.pass(2);
    CompletableFuture<Void> third = gate.pass(3);
    disk.results.add("ok");
    await(first);
    disk.awaitBegin();

    assertThat(second).isNotDone();
    disk.results.add("ok");
    await(second);
    await(third);
    assertThat(disk.begun).as("one sync for both").isEmpty();
  }

  @Test
  void oneSyncServesAllFollowersThatAreSentTheSame() throws Exception {
    CompletableFuture<Void> first = gate.pass(5);
    disk.awaitBegin();

    CompletableFuture<Void> second = gate.pass(5);
    CompletableFuture<Void> third = gate.pass(4);
    disk.results.add("ok");
    await(first);
    await(second);
    await(third);

    assertThat(disk.begun).as("no further sync").isEmpty();
    assertThat(gate.durable()).isEqualTo(5);
  }

  @Test
  void aFailedSyncFailsAllThatItWouldHaveServed() throws Exception {
    CompletableFuture<Void> first = gate.pass(5);
    disk.awaitBegin();
    CompletableFuture<Void> second = gate.pass(5);

    disk.results.add("fail");

    assertThatThrownBy(() -> await(first)).hasMessageContaining("the disk is broken");
    assertThatThrownBy(() -> await(second)).hasMessageContaining("the disk is broken");
  }

  @Test
  void whatIsWrittenAnewIsNoLongerDurable() throws Exception {
    CompletableFuture<Void> before = gate.pass(10);
    disk.results.add("ok");
    await(before);

    gate.writingAfter(7);
    CompletableFuture<Void> after = gate.pass(9);

    assertThat(gate.durable()).isEqualTo(7);
    assertThat(after).isNotDone();
    disk.results.add("ok");
    await(after);
  }

  @Test
  void aSyncThatBeganBeforeARewritingProvesNothingAboutIt() throws Exception {
    CompletableFuture<Void> old = gate.pass(10);
    disk.awaitBegin();

    gate.writingAfter(7);
    disk.results.add("ok");
    await(old);

    assertThat(gate.durable()).isLessThanOrEqualTo(7);
    assertThat(gate.pass(9)).isNotDone();
  }

  @Test
  void whatWasWrittenWhileASyncRanIsOnDiskAfterTheNext() throws Exception {
    CompletableFuture<Void> first = gate.written();
    disk.awaitBegin();

    CompletableFuture<Void> second = gate.written();
    disk.results.add("ok");
    await(first);
    disk.awaitBegin();

    assertThat(second).isNotDone();
    disk.results.add("ok");
    await(second);
    assertThat(gate.durable()).as("of the log it says nothing").isZero();
  }

  @Test
  void appendingInOrderTakesNothingBack() throws Exception {
    CompletableFuture<Void> passed = gate.pass(10);
    disk.results.add("ok");
    await(passed);

    gate.writingAfter(10);

    assertThat(gate.durable()).isEqualTo(10);
  }

  @Test
  void aFailedSyncIsTheEnd() {
    CompletableFuture<Void> passed = gate.pass(1);
    disk.results.add("fail");

    assertThatThrownBy(() -> await(passed)).hasMessageContaining("the disk is broken");
    gate.close();
    assertThat(failures).hasSize(1);
    assertThat(gate.pass(1)).isCompletedExceptionally();
    assertThat(gate.written()).isCompletedExceptionally();
  }

  @Test
  void onlyWhoWantsEverythingHasMoreThanEntriesSynced() throws Exception {
    CompletableFuture<Void> entry = gate.pass(1);
    String first = disk.awaitBegin();
    CompletableFuture<Void> next = gate.pass(2);
    CompletableFuture<Void> all = gate.written();
    disk.results.add("ok");
    await(entry);

    String second = disk.awaitBegin();
    disk.results.add("ok");
    await(next);
    await(all);

    assertThat(first).isEqualTo("entries");
    assertThat(second).isEqualTo("everything");
  }
}
