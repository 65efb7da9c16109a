package dev.orbit.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import dev.orbit.api.error.ProtocolException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes arrive, they become a message or a {@link ProtocolException}. {@code -Dorbit.seed}
 * repeats a run.
 */
class FuzzTest {
  private static final long SEED = Long.getLong("orbit.seed", System.nanoTime());

  @Test
  void randomBytesBecomeAMessageOrAProtocolException() {
    RandomMessages random = new RandomMessages(SEED);

    int refused = 0;
    for (int i = 0; i < 40_000; i++) {
      refused += decode(random.randomBytes(60)) ? 0 : 1;
    }

    assertThat(refused).as("seed %d", SEED).isPositive();
  }

  @Test
  void damagedMessagesBecomeAMessageOrAProtocolException() {
    RandomMessages random = new RandomMessages(SEED);

    int refused = 0;
    int taken = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = Stock.encode(random.message(i % RandomMessages.KINDS));
      for (int flips = 1 + random.below(3); flips > 0 && bytes.length > 0; flips--) {
        bytes[random.below(bytes.length)] ^= (byte) (1 << random.below(8));
      }
      if (random.below(4) == 0) {
        bytes = Arrays.copyOf(bytes, random.below(bytes.length + 1));
      }
      if (decode(bytes)) {
        taken++;
      } else {
        refused++;
      }
    }

    assertThat(refused).as("seed %d", SEED).isPositive();
    assertThat(taken).as("seed %d", SEED).isPositive();
  }

  @Test
  void deeplyNestedBatchesDoNotExhaustTheStack() {
    byte[] bytes = {};
    for (int depth = 0; depth < 10_000; depth++) {
      bytes = wrapped(wrapped(wrapped(bytes, 1), 17), 4);
    }

    assertThat(decode(bytes)).isFalse();
  }

  /**
   * Whether the bytes are a message; what is read must also be writable and read the same again.
   */
  private static boolean decode(byte[] bytes) {
    try {
      Message message = Stock.decode(bytes);
      assertThat(Stock.decode(Stock.encode(message))).usingRecursiveComparison().isEqualTo(message);
      return true;
    } catch (ProtocolException e) {
      assertThat(e.description()).isNotBlank();
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      return fail("seed %d: %s".formatted(SEED, Arrays.toString(bytes)), e);
    }
  }

  private static byte[] wrapped(byte[] body, int field) {
    UnknownFieldSet set =
        UnknownFieldSet.newBuilder()
            .addField(
                field,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(UnsafeByteOperations.unsafeWrap(body))
                    .build())
            .build();
    return set.toByteArray();
  }
}
