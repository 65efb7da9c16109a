package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.proto.BadMessage;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.MessageDecoder;
import dev.orbit.proto.Messages;
import dev.orbit.proto.Payload;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopTest {
  private final Loop loop = Loops.of(Runnable::run, () -> true);
  private final List<Message> came = new ArrayList<>();
  private final MessageDecoder.Receiver receiver =
      new MessageDecoder.Receiver() {
        @Override
        public void message(Message message) {
          came.add(message);
        }

        @Override
        public void bad(BadMessage message) {
          throw new AssertionError(message.error());
        }
      };

  /** As gRPC gives what it has decompressed: its length shows at its end only. */
  private static InputStream frame(int payload) {
    Message message =
        new Message(
            1,
            null,
            null,
            new Content.InvocationResponse(""),
            0,
            dev.orbit.proto.Headers.NONE,
            new Payload(1, new byte[payload]));
    return new ByteArrayInputStream(Messages.toProto(message).toByteArray());
  }

  @Test
  void readsAFrameOfUnknownLengthUpToTheLimit() throws Exception {
    int size = frame(100_000).available();

    loop.read(frame(100_000), size, receiver);

    assertThat(came).hasSize(1);
    assertThat(came.getFirst().payload().bytes()).hasSize(100_000);
  }

  @Test
  void refusesAFrameOfUnknownLengthThatIsLarger() throws Exception {
    int size = frame(100_000).available();

    assertThatThrownBy(() -> loop.read(frame(100_000), size - 1, receiver))
        .isInstanceOfSatisfying(Loop.BadFrame.class, bad -> assertThat(bad.isTooLarge()).isTrue());
    assertThat(came).isEmpty();
  }
}
