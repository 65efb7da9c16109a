package dev.orbit.faults.activation;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StoredState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/** How questions to the store and its answers are written. Keys of actors are strings here. */
final class StoreLine {
  private static final int NOTHING = -1;

  private StoreLine() {}

  /**
   * What is asked.
   *
   * @param write what to write; empty for a claim
   */
  record Question(StateKey key, Fence fence, Optional<Write> write) {}

  /** What is to be written. */
  record Write(long expectedVersion, Optional<byte[]> value) {}

  /** What is answered. */
  sealed interface Answer {
    /** It was done; after a write the value is not repeated. */
    record Done(StoredState stored) implements Answer {}

    /** It was refused, with an {@link dev.orbit.api.error.ErrorCode}. */
    record Refused(String code, String description) implements Answer {}
  }

  static void write(DataOutputStream out, Question question) throws IOException {
    StateKey key = question.key();
    out.writeUTF(key.cluster());
    out.writeUTF(key.actor().type());
    out.writeUTF(key.actor().key().toString());
    out.writeUTF(key.name());
    out.writeLong(question.fence().view());
    out.writeLong(question.fence().counter());
    out.writeBoolean(question.write().isPresent());
    if (question.write().isPresent()) {
      out.writeLong(question.write().get().expectedVersion());
      value(out, question.write().get().value());
    }
    out.flush();
  }

  static Question question(DataInputStream in) throws IOException {
    String cluster = in.readUTF();
    AddressableReference actor = new AddressableReference(in.readUTF(), Key.of(in.readUTF()));
    StateKey key = new StateKey(cluster, actor, in.readUTF());
    Fence fence = new Fence(in.readLong(), in.readLong());
    Optional<Write> write = Optional.empty();
    if (in.readBoolean()) {
      write = Optional.of(new Write(in.readLong(), value(in)));
    }
    return new Question(key, fence, write);
  }

  static void write(DataOutputStream out, Answer answer) throws IOException {
    switch (answer) {
      case Answer.Done(StoredState stored) -> {
        out.writeUTF("");
        out.writeLong(stored.version());
        value(out, stored.value());
      }
      case Answer.Refused(String code, String description) -> {
        out.writeUTF(code);
        out.writeUTF(description);
      }
    }
    out.flush();
  }

  static Answer answer(DataInputStream in) throws IOException {
    String code = in.readUTF();
    return code.isEmpty()
        ? new Answer.Done(new StoredState(in.readLong(), value(in)))
        : new Answer.Refused(code, in.readUTF());
  }

  private static void value(DataOutputStream out, Optional<byte[]> value) throws IOException {
    if (value.isEmpty()) {
      out.writeInt(NOTHING);
    } else {
      out.writeInt(value.get().length);
      out.write(value.get());
    }
  }

  private static Optional<byte[]> value(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length == NOTHING ? Optional.empty() : Optional.of(in.readNBytes(length));
  }
}
