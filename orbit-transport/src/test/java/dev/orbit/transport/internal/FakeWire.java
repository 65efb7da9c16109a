package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.proto.wire.MessageProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Remembers what was written, the members of a batch in brackets. */
class FakeWire implements Wire {
  Runnable meanwhile = () -> {};
  final List<String> written = new ArrayList<>();
  final List<MessageProto> messages = new ArrayList<>();
  volatile boolean ready = true;
  boolean batches = true;
  boolean takes = true;
  int limit = 1 << 20;

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public boolean takesBatches() {
    return batches;
  }

  @Override
  public int maxMessageBytes() {
    return limit;
  }

  @Override
  public boolean write(OutFrame frame) {
    meanwhile.run();
    if (!takes) {
      return false;
    }
    MessageProto message = parsed(frame);
    messages.add(message);
    written.add(
        message.getContent().hasBatch()
            ? message.getContent().getBatch().getMessagesList().stream()
                .map(MessageProto::getMessageId)
                .toList()
                .toString()
            : Long.toString(message.getMessageId()));
    return true;
  }

  static MessageProto parsed(OutFrame frame) {
    try {
      MessageProto message = MessageProto.parseFrom(frame.stream());
      assertThat(message.getSerializedSize()).isEqualTo(frame.size());
      return message;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
