package dev.orbit.faults.agreement;

import dev.orbit.faults.Stamps;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import dev.orbit.testkit.history.RegisterModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Registers, and a ledger of which command of which writer was applied how often. The digest covers
 * every command in its place: two voters with the same digest have applied the same. Thread-safe.
 */
final class Registers implements ReplicatedStateMachine {
  private static final int DIGEST_EVERY = 128;

  private final Stamps stamps;
  private final Map<Long, Long> values = new TreeMap<>();
  private final Map<String, Applied> ledger = new TreeMap<>();
  private long index;
  private long digest;

  /** What of one writer was applied. */
  private static final class Applied {
    BitSet once = new BitSet();
    long again;
  }

  /**
   * A command.
   *
   * @param writer who sends it, unique
   * @param sequence its number among the writer's
   */
  record Command(String writer, int sequence, long key, RegisterModel.Call call) {
    byte[] encode() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        out.writeUTF(writer);
        out.writeInt(sequence);
        out.writeLong(key);
        switch (call) {
          case RegisterModel.Call.Read() -> out.writeByte(0);
          case RegisterModel.Call.Write(long value) -> {
            out.writeByte(1);
            out.writeLong(value);
          }
          case RegisterModel.Call.CompareAndSet(long expected, long next) -> {
            out.writeByte(2);
            out.writeLong(expected);
            out.writeLong(next);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }

    static Command decode(byte[] bytes) {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
        String writer = in.readUTF();
        int sequence = in.readInt();
        long key = in.readLong();
        RegisterModel.Call call =
            switch (in.readByte()) {
              case 0 -> new RegisterModel.Call.Read();
              case 1 -> new RegisterModel.Call.Write(in.readLong());
              case 2 -> new RegisterModel.Call.CompareAndSet(in.readLong(), in.readLong());
              default -> throw new IOException("no such call");
            };
        return new Command(writer, sequence, key, call);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Registers(Stamps stamps) {
    this.stamps = stamps;
  }

  @Override
  public synchronized byte[] apply(long at, byte[] bytes) {
    if (at != index + 1) {
      throw new IllegalStateException("command %d after %d".formatted(at, index));
    }
    index = at;
    digest = (digest * 31 + Arrays.hashCode(bytes)) * 31 + at;
    if (at % DIGEST_EVERY == 0) {
      stamps.add("digest", at, digest);
    }
    Command command = Command.decode(bytes);
    Applied applied = ledger.computeIfAbsent(command.writer(), writer -> new Applied());
    if (applied.once.get(command.sequence())) {
      applied.again++;
    }
    applied.once.set(command.sequence());
    return answer(command).getBytes(StandardCharsets.UTF_8);
  }

  private String answer(Command command) {
    Long held = values.get(command.key());
    return switch (command.call()) {
      case RegisterModel.Call.Read() -> held == null ? "empty" : held.toString();
      case RegisterModel.Call.Write(long value) -> {
        values.put(command.key(), value);
        yield "written";
      }
      case RegisterModel.Call.CompareAndSet(long expected, long next) -> {
        boolean swaps = held != null && held == expected;
        if (swaps) {
          values.put(command.key(), next);
        }
        yield swaps ? "swapped" : "kept";
      }
    };
  }

  /** The answer that {@link #apply} gave as these words. */
  static RegisterModel.Answer answer(RegisterModel.Call call, String words) {
    return switch (call) {
      case RegisterModel.Call.Read() ->
          new RegisterModel.Answer.Value(
              words.equals("empty")
                  ? OptionalLong.empty()
                  : OptionalLong.of(Long.parseLong(words)));
      case RegisterModel.Call.Write(long _) -> new RegisterModel.Answer.Written();
      case RegisterModel.Call.CompareAndSet(long _, long _) ->
          new RegisterModel.Answer.Swapped(words.equals("swapped"));
    };
  }

  /** Where this voter is, and what it has applied, in stamps; returns the first of the two. */
  synchronized String report() {
    ledger.forEach(
        (writer, applied) ->
            stamps.add(
                "applied",
                index,
                writer,
                applied.again,
                Arrays.toString(applied.once.toLongArray()).replace(" ", "")));
    return index + " " + digest;
  }

  synchronized long index() {
    return index;
  }

  @Override
  public synchronized void snapshot(OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    out.writeLong(index);
    out.writeLong(digest);
    out.writeInt(values.size());
    for (Map.Entry<Long, Long> value : values.entrySet()) {
      out.writeLong(value.getKey());
      out.writeLong(value.getValue());
    }
    out.writeInt(ledger.size());
    for (Map.Entry<String, Applied> entry : ledger.entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeLong(entry.getValue().again);
      byte[] once = entry.getValue().once.toByteArray();
      out.writeInt(once.length);
      out.write(once);
    }
    out.flush();
    stamps.add("snapshot", index);
  }

  @Override
  public synchronized void restore(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    index = in.readLong();
    digest = in.readLong();
    values.clear();
    for (int i = in.readInt(); i > 0; i--) {
      values.put(in.readLong(), in.readLong());
    }
    ledger.clear();
    for (int i = in.readInt(); i > 0; i--) {
      Applied applied = new Applied();
      String writer = in.readUTF();
      applied.again = in.readLong();
      applied.once = BitSet.valueOf(in.readNBytes(in.readInt()));
      ledger.put(writer, applied);
    }
    stamps.add("restored", index, digest);
  }
}
