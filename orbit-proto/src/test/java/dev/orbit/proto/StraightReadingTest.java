package dev.orbit.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.proto.wire.MessageProto;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A payload that is the rest of its frame comes from the stream into its array and past every
 * other. {@code -Dorbit.seed} repeats a run.
 */
class StraightReadingTest {
  private static final long SEED = Long.getLong("orbit.seed", System.nanoTime());

  private final MessageDecoder decoder = new MessageDecoder();
  private final List<Message> came = new ArrayList<>();
  private final List<BadMessage> bad = new ArrayList<>();
  private final MessageDecoder.Receiver receiver =
      new MessageDecoder.Receiver() {
        @Override
        public void message(Message message) {
          came.add(message);
        }

        @Override
        public void bad(BadMessage message) {
          bad.add(message);
        }
      };

  /** Remembers what it was read into. */
  private static final class Watched extends FilterInputStream {
    final List<byte[]> targets = new ArrayList<>();

    Watched(byte[] bytes, int from) {
      super(new ByteArrayInputStream(bytes, from, bytes.length - from));
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      targets.add(to);
      return super.read(to, offset, length);
    }
  }

  private static MessageProto call(int payload) {
    Message message = Message.of(7, new Content.InvocationResponse(""));
    return Messages.toProto(message.withPayload(new Payload(1, new byte[payload])));
  }

  private boolean decode(byte[] bytes, int head, InputStream behind) throws IOException {
    // Something else stands behind the head, as in a buffer that is used again.
    byte[] buffer = new byte[head + 300];
    Arrays.fill(buffer, (byte) 0x55);
    System.arraycopy(bytes, 0, buffer, 0, head);
    return decoder.decode(buffer, head, behind, bytes.length - head, receiver);
  }

  @Test
  void comesIntoItsArrayPastEveryOther() throws Exception {
    byte[] bytes = call(100_000).toByteArray();
    Watched behind = new Watched(bytes, 1024);

    boolean isRead = decode(bytes, 1024, behind);

    assertThat(isRead).isTrue();
    assertThat(came).hasSize(1);
    byte[] payload = came.getFirst().payload().bytes();
    assertThat(payload).hasSize(100_000);
    assertThat(behind.targets).isNotEmpty().allSatisfy(to -> assertThat(to).isSameAs(payload));
    assertThat(decoder.count().payloads()).isEqualTo(100_000);
    assertThat(decoder.count().straight()).isEqualTo(bytes.length - 1024);
    assertThat(decoder.count().stock()).isZero();
  }

  @Test
  void everyMessageIsReadSoOrLeftAsItIs() throws Exception {
    RandomMessages random = new RandomMessages(SEED);
    int straight = 0;
    for (int i = 0; i < 4_000; i++) {
      byte[] bytes = Stock.encode(random.message(i % RandomMessages.KINDS));
      if (bytes.length < 2) {
        continue;
      }
      int head = 1 + random.below(bytes.length - 1);
      Watched behind = new Watched(bytes, head);
      came.clear();
      bad.clear();

      boolean isRead = decode(bytes, head, behind);

      if (isRead) {
        straight++;
        assertThat(came).as("seed %d, run %d", SEED, i).hasSize(1);
        assertThat(Messages.toProto(came.getFirst()))
            .as("seed %d, run %d, head %d", SEED, i, head)
            .isEqualTo(Messages.toProto(Stock.decode(bytes)));
      } else {
        assertThat(came).as("seed %d, run %d", SEED, i).isEmpty();
        assertThat(bad).as("seed %d, run %d", SEED, i).isEmpty();
        assertThat(behind.targets).as("seed %d, run %d", SEED, i).isEmpty();
      }
    }
    assertThat(straight).as("seed %d", SEED).isPositive();
  }

  @Test
  void aMessageWhosePayloadIsNotItsRestIsLeftAsItIs() throws Exception {
    byte[] payload = call(5_000).toByteArray();
    byte[] more = MessageProto.newBuilder().setAttempts(3).build().toByteArray();
    byte[] behindIt = Arrays.copyOf(payload, payload.length + more.length);
    System.arraycopy(more, 0, behindIt, payload.length, more.length);
    byte[] batch = Stock.batch(List.of(call(5_000))).toByteArray();

    for (byte[] bytes : List.of(behindIt, batch)) {
      Watched behind = new Watched(bytes, 1024);

      assertThat(decode(bytes, 1024, behind)).isFalse();
      assertThat(behind.targets).isEmpty();
    }
    assertThat(came).isEmpty();
    assertThat(decoder.count().payloads()).isZero();
  }

  @Test
  void aBatchCostsNothingToBeToldFromAMessage() throws Exception {
    byte[] batch = Stock.batch(List.of(call(100), call(5_000))).toByteArray();
    InputStream behind = InputStream.nullInputStream();
    byte[] head = Arrays.copyOf(batch, 1024);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    boolean isRead = decoder.decode(head, 1024, behind, batch.length - 1024, receiver);
    long before = threads.getCurrentThreadAllocatedBytes();

    for (int i = 0; i < 1_000; i++) {
      isRead |= decoder.decode(head, 1024, behind, batch.length - 1024, receiver);
    }

    // Readers of an envelope would be hundreds of bytes each time.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(50_000);
    assertThat(isRead).isFalse();
  }

  @Test
  void aFrameThatEndsBeforeItsPayloadIsDamaged() {
    byte[] bytes = call(5_000).toByteArray();
    InputStream cut = new ByteArrayInputStream(bytes, 1024, 1_000);

    assertThatThrownBy(() -> decode(bytes, 1024, cut)).isInstanceOf(EOFException.class);
    assertThat(came).isEmpty();
  }

  @Test
  void whatTheStockParserReadsIsCountedAndNotCopiedForIt() throws Exception {
    Content rare = new Content.Goodbye("x".repeat(2_000));
    byte[] bytes = Messages.toProto(Message.of(1, rare)).toByteArray();

    decoder.decode(bytes, 0, bytes.length, receiver);
    long fromArray = decoder.count().stock();
    decoder.decode(new ByteArrayInputStream(bytes), receiver);

    assertThat(came).extracting(Message::content).containsExactly(rare, rare);
    assertThat(fromArray).isBetween(2_000L, 2_010L);
    assertThat(decoder.count().stock() - fromArray).isEqualTo(2 * fromArray);
  }
}
