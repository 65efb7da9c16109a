package dev.orbit.transport.internal;

import dev.orbit.proto.Envelope;
import dev.orbit.proto.Varints;
import dev.orbit.proto.wire.BatchProto;
import dev.orbit.proto.wire.DeflatedProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.transport.internal.compression.ArrayOutput;
import dev.orbit.transport.internal.compression.Kinds;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message, or several as a batch, on the way into gRPC's buffers. The bytes are what the stock
 * serializer would have made of a {@code MessageProto}; each payload is copied once, from the array
 * of its caller into the buffer that goes to the socket, and small ones twice, so that they are
 * written together.
 *
 * <p>It is written when gRPC asks for it, which is before {@code sendMessage} returns on a stream
 * that has begun; only then may it be {@linkplain #clear used again}. Not thread-safe.
 */
final class OutFrame implements Frame {
  private static final int BYTES = 2;
  private static final int CONTENT_TAG = MessageProto.CONTENT_FIELD_NUMBER << 3 | BYTES;
  private static final int BATCH_TAG = MessageContentProto.BATCH_FIELD_NUMBER << 3 | BYTES;
  private static final int MEMBER_TAG = BatchProto.MESSAGES_FIELD_NUMBER << 3 | BYTES;
  private static final int ID_TAG = MessageProto.MESSAGE_ID_FIELD_NUMBER << 3;
  private static final int REMAINING_TAG = MessageProto.REMAINING_MICROS_FIELD_NUMBER << 3;
  private static final int TRANSFER_TAG = MessageProto.TRANSFER_FIELD_NUMBER << 3;
  private static final int PAYLOAD_TAG = MessageProto.PAYLOAD_FIELD_NUMBER << 3 | BYTES;

  private static final int ENCODING_TAG = DeflatedProto.ENCODING_FIELD_NUMBER << 3;
  private static final int INFLATED_TAG = DeflatedProto.INFLATED_BYTES_FIELD_NUMBER << 3;
  private static final int DATA_TAG = DeflatedProto.DATA_FIELD_NUMBER << 3 | BYTES;

  /** More than what stands before a payload beside the envelope. */
  private static final int MOST_LATE_BYTES = 48;

  /** A part up to this size is collected with others, because each write has its price. */
  private static final int COLLECTED_BYTES = 2048;

  /** Enough for any message that stands by itself. */
  private static final int SINGLE_BYTES = 2 * COLLECTED_BYTES;

  /** One message with what was not known before it was taken out of the queue. */
  record Member(
      Envelope envelope,
      long id,
      long remaining,
      long transfer,
      byte[] payload,
      int from,
      int length,
      int codec) {
    int size() {
      int size = envelope.length();
      if (id != 0) {
        size += Varints.size(ID_TAG) + Varints.size(id);
      }
      if (remaining != 0) {
        size += Varints.size(REMAINING_TAG) + Varints.size(remaining);
      }
      if (transfer != 0) {
        size += Varints.size(TRANSFER_TAG) + Varints.size(transfer);
      }
      if (length > 0) {
        size += Varints.size(PAYLOAD_TAG) + Varints.size(length) + length;
      }
      return size;
    }
  }

  private final List<Member> members = new ArrayList<>();
  private final byte[] scratch;
  private int used;
  private int membersBytes;
  private long payloadBytes;
  private boolean taken;

  // Of payloads, since the frame was cleared.
  private long copied;
  private long passed;

  /** What goes out in place of the members. */
  private byte @Nullable [] deflated;

  private int deflatedLength;
  private int encoding;

  /**
   * A frame that is used again and again.
   *
   * @param scratchBytes in how many bytes small messages are put together
   */
  OutFrame(int scratchBytes) {
    scratch = new byte[Math.max(SINGLE_BYTES, scratchBytes)];
  }

  /** A frame of one message. */
  static OutFrame of(Outgoing message, long now) {
    OutFrame frame = new OutFrame(SINGLE_BYTES);
    frame.add(message.member(now));
    return frame;
  }

  void clear() {
    members.clear();
    membersBytes = 0;
    payloadBytes = 0;
    taken = false;
    copied = 0;
    passed = 0;
    deflated = null;
  }

  /** Tells what became of the payloads in it, if it was sent. */
  void count(Copies copies) {
    if (taken) {
      // Each has come here as the array that its codec made.
      copies.saved(passed + payloadBytes);
      copies.copied(copied);
    }
  }

  void add(Member member) {
    members.add(member);
    payloadBytes += member.length;
    int size = member.size();
    membersBytes += Varints.size(MEMBER_TAG) + Varints.size(size) + size;
  }

  int messages() {
    return members.size();
  }

  /** How the largest payload in it is encoded: frames of one kind mostly shrink alike. */
  int kind() {
    int largest = -1;
    int kind = 0;
    for (Member member : members) {
      if (member.length > largest) {
        largest = member.length;
        kind = member.codec;
      }
    }
    return kind & (Kinds.KINDS - 1);
  }

  /** Writes all of it into an array that has room for its size. */
  void copyTo(byte[] to) throws IOException {
    write(new ArrayOutput(to));
    // Not passed to gRPC but copied beforehand.
    passed = 0;
  }

  /**
   * These bytes go out in place of the frame's own, which they were made of.
   *
   * @param bytes not changed before the frame is cleared
   */
  void deflated(int how, byte[] bytes, int length) {
    encoding = how;
    deflated = bytes;
    deflatedLength = length;
  }

  /** How many bytes the frame has on the wire. */
  int size() {
    return deflated == null ? plainSize() : deflatedSize();
  }

  private int deflatedSize() {
    return Varints.size(ENCODING_TAG)
        + Varints.size(encoding)
        + Varints.size(INFLATED_TAG)
        + Varints.size(plainSize())
        + Varints.size(DATA_TAG)
        + Varints.size(deflatedLength)
        + deflatedLength;
  }

  /** How many bytes it would have if it were not compressed. */
  int plainBytes() {
    return plainSize();
  }

  private int plainSize() {
    if (members.size() == 1) {
      return members.getFirst().size();
    }
    int batch = Varints.size(BATCH_TAG) + Varints.size(membersBytes) + membersBytes;
    return Varints.size(CONTENT_TAG) + Varints.size(batch) + batch;
  }

  InputStream stream() {
    return new Bytes();
  }

  /** Whether anybody has asked for the bytes: what nobody has asked for was not sent. */
  boolean wasTaken() {
    return taken;
  }

  private void writeTo(OutputStream out) throws IOException {
    taken = true;
    byte[] instead = deflated;
    if (instead == null) {
      write(out);
      return;
    }
    used = 0;
    put(ENCODING_TAG);
    put(encoding);
    put(INFLATED_TAG);
    put(plainSize());
    put(DATA_TAG);
    put(deflatedLength);
    flush(out);
    out.write(instead, 0, deflatedLength);
    copied += deflatedLength;
  }

  private void write(OutputStream out) throws IOException {
    used = 0;
    if (members.size() == 1) {
      write(members.getFirst(), out);
    } else {
      put(CONTENT_TAG);
      put(Varints.size(BATCH_TAG) + Varints.size(membersBytes) + (long) membersBytes);
      put(BATCH_TAG);
      put(membersBytes);
      for (Member member : members) {
        room(2 * Varints.MAX_BYTES, out);
        put(MEMBER_TAG);
        put(member.size());
        write(member, out);
      }
    }
    flush(out);
  }

  private void write(Member member, OutputStream out) throws IOException {
    room(MOST_LATE_BYTES, out);
    if (member.id != 0) {
      put(ID_TAG);
      put(member.id);
    }
    if (member.remaining != 0) {
      put(REMAINING_TAG);
      put(member.remaining);
    }
    if (member.transfer != 0) {
      put(TRANSFER_TAG);
      put(member.transfer);
    }
    Envelope envelope = member.envelope;
    put(envelope.bytes(), envelope.offset(), envelope.length(), out);
    if (member.length > 0) {
      room(2 * Varints.MAX_BYTES, out);
      put(PAYLOAD_TAG);
      put(member.length);
      payload(member, out);
    }
  }

  private void room(int bytes, OutputStream out) throws IOException {
    if (used + bytes > scratch.length) {
      flush(out);
    }
  }

  private void put(long number) {
    used = Varints.put(scratch, used, number);
  }

  private void payload(Member member, OutputStream out) throws IOException {
    // Whoever the bytes are written to copies them into a buffer.
    copied += member.length;
    if (member.length > COLLECTED_BYTES) {
      pass(member.payload, member.from, member.length, out);
      passed += member.length;
    } else {
      collect(member.payload, member.from, member.length, out);
      copied += member.length;
    }
  }

  private void put(byte[] bytes, int offset, int length, OutputStream out) throws IOException {
    if (length > COLLECTED_BYTES) {
      pass(bytes, offset, length, out);
    } else {
      collect(bytes, offset, length, out);
    }
  }

  private void pass(byte[] bytes, int offset, int length, OutputStream out) throws IOException {
    flush(out);
    out.write(bytes, offset, length);
  }

  private void collect(byte[] bytes, int offset, int length, OutputStream out) throws IOException {
    room(length, out);
    System.arraycopy(bytes, offset, scratch, used, length);
    used += length;
  }

  private void flush(OutputStream out) throws IOException {
    if (used > 0) {
      out.write(scratch, 0, used);
      used = 0;
    }
  }

  private final class Bytes extends InputStream implements KnownLength, Drainable {
    private @Nullable InputStream copy;

    @Override
    public int drainTo(OutputStream target) throws IOException {
      writeTo(target);
      return size();
    }

    @Override
    public int available() throws IOException {
      return copy == null ? size() : copy.available();
    }

    /** For whoever reads instead of having it drained; gRPC over a network does not. */
    private InputStream copy() throws IOException {
      InputStream bytes = copy;
      if (bytes == null) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(size());
        writeTo(all);
        bytes = new ByteArrayInputStream(all.toByteArray());
        copy = bytes;
      }
      return bytes;
    }

    @Override
    public int read() throws IOException {
      return copy().read();
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      return copy().read(to, offset, length);
    }
  }
}
