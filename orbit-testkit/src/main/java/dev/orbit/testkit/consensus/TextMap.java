package dev.orbit.testkit.consensus;

import dev.orbit.raft.consensus.ReplicatedStateMachine;
import dev.orbit.testkit.history.KeyValueModel.Answer;
import dev.orbit.testkit.history.KeyValueModel.Call;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A replicated map of texts, whose calls {@link dev.orbit.testkit.history.KeyValueModel} judges:
 * reads go through the log as everything does. Keys hold no blanks. Thread-safe.
 */
public final class TextMap implements ReplicatedStateMachine {
  private final Map<String, String> texts = new TreeMap<>();

  /** An empty one. */
  public TextMap() {}

  /** The command of a call. */
  public static byte[] command(Call call) {
    String text =
        switch (call) {
          case Call.Get(String key) -> "get %s ".formatted(key);
          case Call.Put(String key, String value) -> "put %s %s".formatted(key, value);
          case Call.Append(String key, String value) -> "append %s %s".formatted(key, value);
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What a submission of {@code call} was answered. */
  public static Answer answer(Call call, byte[] answer) {
    return switch (call) {
      case Call.Get(String _) -> new Answer.Value(new String(answer, StandardCharsets.UTF_8));
      case Call.Put(String _, String _), Call.Append(String _, String _) -> new Answer.Done();
    };
  }

  @Override
  public synchronized byte[] apply(long index, byte[] command) {
    String[] words = new String(command, StandardCharsets.UTF_8).split(" ", 3);
    String before = texts.getOrDefault(words[1], "");
    switch (words[0]) {
      case "put" -> texts.put(words[1], words[2]);
      case "append" -> texts.put(words[1], before + words[2]);
      case "get" -> {
        return before.getBytes(StandardCharsets.UTF_8);
      }
      default -> throw new IllegalArgumentException("no such command: " + words[0]);
    }
    return new byte[0];
  }

  @Override
  public synchronized void snapshot(OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(texts.size());
    for (Map.Entry<String, String> text : texts.entrySet()) {
      data.writeUTF(text.getKey());
      data.writeUTF(text.getValue());
    }
    data.flush();
  }

  @Override
  public synchronized void restore(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    texts.clear();
    int count = data.readInt();
    for (int i = 0; i < count; i++) {
      texts.put(data.readUTF(), data.readUTF());
    }
  }
}
