package dev.orbit.transport.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.ConfigurationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
  private static final long MILLI = 1_000_000;

  /** Near the end of the numbers, so that the clock passes it. */
  private static final long START = Long.MAX_VALUE - 5 * MILLI;

  /** The clock may pass the end of the numbers. */
  private static long later(int millis) {
    return START + millis * MILLI;
  }

  @Test
  void letsABurstThroughAndThenTheRate() {
    TokenBucket bucket = new TokenBucket(new Rate(100, 3), START);

    assertThat(bucket.take(START)).isZero();
    assertThat(bucket.take(START)).isZero();
    assertThat(bucket.take(START)).isZero();
    assertThat(bucket.take(START)).isEqualTo(10 * MILLI);
    assertThat(bucket.take(later(9))).isEqualTo(MILLI);
    assertThat(bucket.take(later(10))).isZero();
    assertThat(bucket.take(later(10))).isPositive();
  }

  @Test
  void aPauseEarnsNoMoreThanTheBurst() {
    TokenBucket bucket = new TokenBucket(new Rate(1000, 2), 0);
    long later = 60_000 * MILLI;

    assertThat(bucket.take(later)).isZero();
    assertThat(bucket.take(later)).isZero();
    assertThat(bucket.take(later)).isPositive();
  }

  @Test
  void aChangeCountsFromTheNextToken() {
    TokenBucket bucket = new TokenBucket(new Rate(10, 1), 0);
    assertThat(bucket.take(0)).isZero();
    assertThat(bucket.take(0)).isEqualTo(100 * MILLI);

    bucket.change(new Rate(1000, 1));

    assertThat(bucket.take(100 * MILLI)).isZero();
    assertThat(bucket.take(101 * MILLI)).isZero();
  }

  @Test
  void manyThreadsTogetherGetWhatOneWouldGet() throws Exception {
    TokenBucket bucket = new TokenBucket(new Rate(1, 1000), 0);
    AtomicInteger taken = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(8);
    for (int i = 0; i < 8; i++) {
      Thread.ofVirtual()
          .start(
              () -> {
                for (int call = 0; call < 1000; call++) {
                  if (bucket.take(0) == 0) {
                    taken.incrementAndGet();
                  }
                }
                done.countDown();
              });
    }
    done.await();

    assertThat(taken).hasValue(1000);
  }

  @Test
  void readsRatesWithAndWithoutABurst() {
    assertThat(Rate.parse("100")).isEqualTo(new Rate(100, 100));
    assertThat(Rate.parse("0.5")).isEqualTo(new Rate(0.5, 1));
    assertThat(Rate.parse("100:500")).isEqualTo(new Rate(100, 500));
    assertThat(new Rate(100, 10).share(4)).isEqualTo(new Rate(25, 2));
    assertThat(new Rate(1, 1).share(9).burst()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0", "-1", "10:0", "1:2:3", "NaN", "1e30"})
  void refusesWhatIsNoRate(String text) {
    assertThatThrownBy(() -> Rate.parse(text)).isInstanceOf(ConfigurationException.class);
  }
}
