package dev.orbit.runtime.internal.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.runtime.internal.hosting.Mailbox.Offer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What a mailbox hands to a run without a queue. */
class HandedOverTest {
  @Test
  void whatIsHandedOverCountsUntilItIsTaken() {
    Mailbox<Integer> mailbox = new Mailbox<>(2);

    boolean handed = mailbox.hand();
    boolean again = mailbox.hand();
    boolean scheduled = mailbox.schedule();
    Offer second = mailbox.offer(2);
    Offer third = mailbox.offer(3);
    mailbox.tookHanded();
    Offer afterItWasTaken = mailbox.offer(4);

    assertThat(handed).isTrue();
    assertThat(again).isFalse();
    assertThat(scheduled).isFalse();
    assertThat(second).isEqualTo(Offer.ACCEPTED);
    assertThat(third).isEqualTo(Offer.FULL);
    assertThat(afterItWasTaken).isEqualTo(Offer.ACCEPTED);
    assertThat(mailbox.close()).containsExactly(2, 4);
  }

  @Test
  void whatIsKeptStandsBeforeWhatCameLater() {
    Mailbox<Integer> mailbox = new Mailbox<>(10);
    mailbox.hand();
    mailbox.offer(2);

    mailbox.keep(1);

    assertThat(mailbox.linked()).containsExactly(1, 2);
    assertThat(mailbox.size()).isEqualTo(2);
    assertThat(mailbox.hasLinked()).isTrue();
    assertThat(mailbox.poll()).isEqualTo(1);
    assertThat(mailbox.poll()).isEqualTo(2);
    assertThat(mailbox.isEmpty()).isTrue();
  }

  @Test
  void whatIsKeptCanBeTakenOutByAnybody() {
    Mailbox<Integer> mailbox = new Mailbox<>(10);
    mailbox.hand();
    mailbox.keep(1);
    boolean linked = mailbox.hasLinked();

    boolean removed = mailbox.remove(1);
    boolean again = mailbox.remove(1);

    assertThat(linked).isTrue();
    assertThat(removed).isTrue();
    assertThat(again).isFalse();
    assertThat(mailbox.isEmpty()).isTrue();
    assertThat(mailbox.hasLinked()).isFalse();
  }

  @Test
  void nothingIsHandedOverWhereSomethingWaitsOrRunsOrAllIsClosed() {
    Mailbox<Integer> waiting = new Mailbox<>(10);
    waiting.offer(1);
    Mailbox<Integer> running = new Mailbox<>(10);
    running.schedule();
    Mailbox<Integer> closed = new Mailbox<>(10);
    closed.close();

    assertThat(waiting.hand()).isFalse();
    assertThat(running.hand()).isFalse();
    assertThat(closed.hand()).isFalse();
  }

  @Test
  void aClosingLeavesWhatIsHandedOverToTheRunThatHasIt() {
    Mailbox<Integer> mailbox = new Mailbox<>(10);
    mailbox.hand();
    mailbox.offer(2);

    List<Integer> rest = mailbox.close();
    boolean closedIfEmpty = mailbox.closeIfEmpty();
    mailbox.keep(1);

    assertThat(rest).containsExactly(2);
    assertThat(closedIfEmpty).isFalse();
    assertThat(mailbox.close()).containsExactly(1);
    assertThat(mailbox.isEmpty()).isTrue();
  }

  @Test
  void whatIsPutInBeforeAnybodyKnowsItComesFirst() {
    Mailbox<Integer> mailbox = new Mailbox<>(3);

    mailbox.prime(1);
    mailbox.prime(2);
    mailbox.offer(3);
    Offer beyond = mailbox.prime(4);

    assertThat(beyond).isEqualTo(Offer.FULL);
    assertThat(mailbox.hand()).isFalse();
    assertThat(mailbox.close()).containsExactly(1, 2, 3);
  }

  /**
   * Producers that hand over what they can, and runs that keep every third of what they are handed.
   * With a right to run that is not taken together with the count, two runs overlap; with one that
   * is kept behind the others, elements of one producer change places.
   */
  @Test
  void handsOverAndKeepsInOrderUnderManyProducers() throws Exception {
    int producers = 4;
    int each = 100_000;
    Mailbox<Integer> mailbox = new Mailbox<>(producers * each);
    InOrder consumer = new InOrder(mailbox, producers, each);

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int p = 0; p < producers; p++) {
        int base = p * each;
        threads.execute(
            () -> {
              for (int i = 0; i < each; i++) {
                int element = base + i;
                if (mailbox.hand()) {
                  threads.execute(() -> consumer.runWith(element));
                } else {
                  mailbox.offer(element);
                  if (mailbox.schedule()) {
                    threads.execute(consumer::run);
                  }
                }
                if (i % 64 == 0) {
                  LockSupport.parkNanos(1);
                }
              }
            });
      }
      assertThat(consumer.done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(consumer.overlaps.get()).isZero();
    assertThat(consumer.disorders.get()).isZero();
    assertThat(consumer.handed.get()).isPositive();
  }

  /** As {@code MailboxTest}'s closing against producers, of producers that hand over. */
  @Test
  void strandsNothingThatIsHandedOverWhileItCloses() throws Exception {
    for (int round = 0; round < 500; round++) {
      Mailbox<Integer> mailbox = new Mailbox<>(1_000_000);
      AtomicInteger accepted = new AtomicInteger();
      AtomicInteger taken = new AtomicInteger();
      CountDownLatch started = new CountDownLatch(1);
      Thread producer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (boolean open = true; open; started.countDown()) {
                      if (mailbox.hand()) {
                        accepted.incrementAndGet();
                        mailbox.keep(1);
                        while (mailbox.poll() != null) {
                          taken.incrementAndGet();
                        }
                        mailbox.release();
                      } else {
                        open = mailbox.offer(1) == Offer.ACCEPTED;
                        accepted.addAndGet(open ? 1 : 0);
                      }
                    }
                  });
      started.await();

      int rest = mailbox.close().size();
      producer.join();
      int late = mailbox.close().size();

      assertThat(rest + late + taken.get()).isEqualTo(accepted.get());
    }
  }

  /** Elements are the producer's number times {@code each} and, from zero on, its own count. */
  private static final class InOrder {
    final AtomicInteger overlaps = new AtomicInteger();
    final AtomicInteger disorders = new AtomicInteger();
    final AtomicInteger handed = new AtomicInteger();
    final CountDownLatch done = new CountDownLatch(1);
    private final Mailbox<Integer> mailbox;
    private final int each;
    private final int[] next;
    private final AtomicInteger inside = new AtomicInteger();
    private int left;

    InOrder(Mailbox<Integer> mailbox, int producers, int each) {
      this.mailbox = mailbox;
      this.each = each;
      this.next = new int[producers];
      this.left = producers * each;
    }

    void runWith(Integer element) {
      if (handed.incrementAndGet() % 3 == 0) {
        mailbox.keep(element);
      } else {
        mailbox.tookHanded();
        take(element);
      }
      run();
    }

    void run() {
      do {
        for (Integer element = mailbox.poll(); element != null; element = mailbox.poll()) {
          take(element);
        }
      } while (goesOn());
    }

    private boolean goesOn() {
      mailbox.release();
      return mailbox.hasLinked() && mailbox.schedule();
    }

    private void take(int element) {
      if (inside.getAndIncrement() != 0) {
        overlaps.incrementAndGet();
      }
      int producer = element / each;
      if (element % each != next[producer]) {
        disorders.incrementAndGet();
      }
      next[producer]++;
      left--;
      inside.decrementAndGet();
      if (left == 0) {
        done.countDown();
      }
    }
  }
}
