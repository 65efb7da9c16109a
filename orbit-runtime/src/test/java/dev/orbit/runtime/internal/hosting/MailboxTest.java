package dev.orbit.runtime.internal.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.runtime.internal.hosting.Mailbox.Offer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MailboxTest {
  @Test
  void handsOutInTheOrderOfArrival() {
    Mailbox<Integer> mailbox = new Mailbox<>(10);

    for (int i = 0; i < 5; i++) {
      mailbox.offer(i);
    }

    List<Integer> taken = new ArrayList<>();
    for (Integer next = mailbox.poll(); next != null; next = mailbox.poll()) {
      taken.add(next);
    }
    assertThat(taken).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void refusesWhatIsBeyondItsCapacity() {
    Mailbox<Integer> mailbox = new Mailbox<>(2);
    mailbox.offer(1);
    mailbox.offer(2);

    Offer third = mailbox.offer(3);
    mailbox.poll();
    Offer afterOneWasTaken = mailbox.offer(4);

    assertThat(third).isEqualTo(Offer.FULL);
    assertThat(afterOneWasTaken).isEqualTo(Offer.ACCEPTED);
  }

  @Test
  void whatIsTakenOutOfTheMiddleLeavesItsPlaceToAnother() {
    Mailbox<Integer> mailbox = new Mailbox<>(3);
    mailbox.offer(1);
    mailbox.offer(2);
    mailbox.offer(3);

    boolean removed = mailbox.remove(2);
    boolean again = mailbox.remove(2);
    Offer next = mailbox.offer(4);
    Offer beyond = mailbox.offer(5);

    assertThat(removed).isTrue();
    assertThat(again).isFalse();
    assertThat(next).isEqualTo(Offer.ACCEPTED);
    assertThat(beyond).isEqualTo(Offer.FULL);
    assertThat(mailbox.close()).containsExactly(1, 3, 4);
  }

  @Test
  void isScheduledOnceUntilItIsReleased() {
    Mailbox<Integer> mailbox = new Mailbox<>(10);

    boolean first = mailbox.schedule();
    boolean second = mailbox.schedule();
    mailbox.release();
    boolean third = mailbox.schedule();

    assertThat(first).isTrue();
    assertThat(second).isFalse();
    assertThat(third).isTrue();
  }

  @Test
  void showsAfterTheReleaseWhatCameBeforeIt() {
    Mailbox<Integer> mailbox = new Mailbox<>(10);
    mailbox.schedule();
    mailbox.offer(1);

    mailbox.release();

    assertThat(mailbox.hasLinked()).isTrue();
    assertThat(mailbox.schedule()).isTrue();
  }

  @Test
  void handsOutOrTakesEachElementOnceWhenItIsClosedWhileTheConsumerRuns() throws Exception {
    for (int round = 0; round < 2_000; round++) {
      Mailbox<Integer> mailbox = new Mailbox<>(10);
      for (int i = 0; i < 4; i++) {
        mailbox.offer(i);
      }
      AtomicInteger taken = new AtomicInteger();
      Thread consumer =
          Thread.startVirtualThread(
              () -> {
                while (mailbox.poll() != null) {
                  taken.incrementAndGet();
                }
              });

      int rest = mailbox.close().size();
      consumer.join();

      assertThat(rest + taken.get()).isEqualTo(4);
      assertThat(mailbox.offer(9)).isEqualTo(Offer.CLOSED);
    }
  }

  @Test
  void closesOnlyWhenItIsEmpty() {
    Mailbox<Integer> mailbox = new Mailbox<>(10);
    mailbox.offer(1);

    boolean withOne = mailbox.closeIfEmpty();
    mailbox.poll();
    boolean withNone = mailbox.closeIfEmpty();

    assertThat(withOne).isFalse();
    assertThat(withNone).isTrue();
    assertThat(mailbox.offer(2)).isEqualTo(Offer.CLOSED);
  }

  @Test
  void handsOutWhatItHadWhenItIsClosed() {
    Mailbox<Integer> mailbox = new Mailbox<>(10);
    mailbox.offer(1);
    mailbox.offer(2);

    List<Integer> rest = mailbox.close();

    assertThat(rest).containsExactly(1, 2);
    assertThat(mailbox.offer(3)).isEqualTo(Offer.CLOSED);
  }

  /**
   * Many producers, one consumer at a time. With the shortcut that the mailbox's comment warns of
   * (schedule when {@code getAndIncrement() == 0}, decrement after the element was handled in
   * batches) two runs overlap within the first few thousand elements and {@code overlaps} is not
   * zero.
   */
  @Test
  void losesNothingAndNeverRunsTwiceAtOnceUnderManyProducers() throws Exception {
    int producers = 8;
    int each = 50_000;
    Mailbox<Integer> mailbox = new Mailbox<>(producers * each);
    Consumer consumer = new Consumer(mailbox, producers * each);

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int p = 0; p < producers; p++) {
        threads.execute(
            () -> {
              for (int i = 0; i < each; i++) {
                mailbox.offer(i);
                if (mailbox.schedule()) {
                  threads.execute(consumer);
                }
              }
            });
      }
      assertThat(consumer.done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(consumer.taken.get()).isEqualTo(producers * each);
    assertThat(consumer.overlaps.get()).isZero();
  }

  /**
   * Closing against producers: everything that was accepted is either consumed or handed out at the
   * end.
   */
  @Test
  void strandsNothingWhenItClosesAgainstProducers() throws Exception {
    for (int round = 0; round < 200; round++) {
      Mailbox<Integer> mailbox = new Mailbox<>(1_000_000);
      AtomicInteger accepted = new AtomicInteger();
      CountDownLatch started = new CountDownLatch(2);
      Thread[] producers = new Thread[2];
      for (int p = 0; p < producers.length; p++) {
        producers[p] =
            Thread.ofPlatform()
                .start(
                    () -> {
                      started.countDown();
                      while (mailbox.offer(1) == Offer.ACCEPTED) {
                        accepted.incrementAndGet();
                      }
                    });
      }
      started.await();

      int rest = mailbox.close().size();
      for (Thread producer : producers) {
        producer.join();
      }

      assertThat(rest).isEqualTo(accepted.get());
      assertThat(mailbox.poll()).isNull();
    }
  }

  private static final class Consumer implements Runnable {
    final AtomicInteger taken = new AtomicInteger();
    final AtomicInteger overlaps = new AtomicInteger();
    final CountDownLatch done = new CountDownLatch(1);
    private final Mailbox<Integer> mailbox;
    private final int expected;
    private final AtomicInteger inside = new AtomicInteger();

    Consumer(Mailbox<Integer> mailbox, int expected) {
      this.mailbox = mailbox;
      this.expected = expected;
    }

    private boolean goesOn() {
      mailbox.release();
      return mailbox.hasLinked() && mailbox.schedule();
    }

    @Override
    public void run() {
      do {
        for (Integer next = mailbox.poll(); next != null; next = mailbox.poll()) {
          if (inside.getAndIncrement() != 0) {
            overlaps.incrementAndGet();
          }
          inside.decrementAndGet();
          if (taken.incrementAndGet() == expected) {
            done.countDown();
          }
        }
      } while (goesOn());
    }
  }
}
