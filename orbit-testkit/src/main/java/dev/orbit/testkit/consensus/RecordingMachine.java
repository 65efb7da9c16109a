package dev.orbit.testkit.consensus;

import dev.orbit.raft.consensus.ReplicatedStateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps every command that it applied, shortened to 64 characters; the answer is the command's
 * place and the command, as {@code 3:abc}. The command {@code ballast N} makes its snapshots N
 * bytes larger from then on; {@code poison} makes it fail. Thread-safe.
 */
public final class RecordingMachine implements ReplicatedStateMachine {
  private static final int KEPT = 64;
  private static final String BALLAST = "ballast ";

  private final List<String> applied = new ArrayList<>();
  private long lastIndex;
  private byte[] ballast = new byte[0];

  /** One that has applied nothing. */
  public RecordingMachine() {}

  /** Everything that was applied, in order. */
  public synchronized List<String> applied() {
    return List.copyOf(applied);
  }

  /** How much was applied. */
  public synchronized int size() {
    return applied.size();
  }

  @Override
  public synchronized byte[] apply(long index, byte[] command) {
    if (index <= lastIndex) {
      throw new IllegalStateException("entry %d after entry %d".formatted(index, lastIndex));
    }
    lastIndex = index;
    String text = new String(command, StandardCharsets.UTF_8);
    if (text.equals("poison")) {
      throw new IllegalStateException("poisoned");
    }
    if (text.startsWith(BALLAST)) {
      ballast = new byte[Integer.parseInt(text.substring(BALLAST.length()))];
    }
    applied.add(text.length() > KEPT ? text.substring(0, KEPT) : text);
    return (applied.size() + ":" + text).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public synchronized void snapshot(OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    data.writeLong(lastIndex);
    data.writeInt(ballast.length);
    data.write(ballast);
    data.writeInt(applied.size());
    for (String command : applied) {
      data.writeUTF(command);
    }
    data.flush();
  }

  @Override
  public synchronized void restore(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    applied.clear();
    lastIndex = data.readLong();
    ballast = data.readNBytes(data.readInt());
    int count = data.readInt();
    for (int i = 0; i < count; i++) {
      applied.add(data.readUTF());
    }
  }
}
