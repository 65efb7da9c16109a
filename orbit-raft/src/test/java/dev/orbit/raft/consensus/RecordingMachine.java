package dev.orbit.raft.consensus;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A state machine that keeps every command it applied; the answer is its place and the command. */
public final class RecordingMachine implements ReplicatedStateMachine {
  private final List<String> applied = new ArrayList<>();
  private long lastIndex;
  private byte[] ballast = new byte[0];

  /** Everything that was applied, in order. */
  public synchronized List<String> applied() {
    return List.copyOf(applied);
  }

  public synchronized int size() {
    return applied.size();
  }

  @Override
  public synchronized byte[] apply(long index, byte[] command) {
    if (index <= lastIndex) {
      throw new IllegalStateException("index " + index + " after " + lastIndex);
    }
    lastIndex = index;
    String text = new String(command, StandardCharsets.UTF_8);
    if (text.startsWith("ballast ")) {
      ballast = new byte[Integer.parseInt(text.substring("ballast ".length()))];
    }
    if (text.equals("poison")) {
      throw new IllegalStateException("poisoned");
    }
    applied.add(text.length() > 64 ? text.substring(0, 64) : text);
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
