package dev.orbit.proto;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.orbit.api.error.ProtocolException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one frame while they are read, and the first complaint about the message that is
 * being read. A complaint waits until the last field of its message has been read, because the id
 * that the sender is to be told may come behind it. Not thread-safe.
 */
final class FrameInput {
  static final int VARINT = WireFormat.WIRETYPE_VARINT;
  static final int FIXED64 = WireFormat.WIRETYPE_FIXED64;
  static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;

  /**
   * What of a frame stands behind the array that its beginning was read into.
   *
   * @param bytes gives the rest
   * @param from where in the array the rest begins
   * @param length how much there is
   */
  record Rest(InputStream bytes, int from, int length) {}

  /** Some bytes of an array. */
  record Slice(byte[] array, int from, int length) {}

  private final CodedInputStream in;
  private final ReadBytes count;
  private final @Nullable Rest rest;
  private final byte @Nullable [] array;
  private final int offset;
  private final KnownNames names;
  private boolean restIsRead;
  private @Nullable ProtocolException error;

  /**
   * A frame whose rest is read if its payload reaches to its end.
   *
   * @param head the array that the frame begins in, at {@code offset}
   */
  FrameInput(byte[] head, int offset, Rest rest, KnownNames names, ReadBytes count) {
    this.in = CodedInputStream.newInstance(head, offset, rest.from - offset);
    this.array = head;
    this.offset = offset;
    this.rest = rest;
    this.names = names;
    this.count = count;
  }

  /**
   * A frame.
   *
   * @param array what {@code in} reads from, as one array; null where there is none
   * @param offset where in the array {@code in} begins
   */
  FrameInput(
      CodedInputStream in, byte @Nullable [] array, int offset, KnownNames names, ReadBytes count) {
    this.in = in;
    this.array = array;
    this.offset = offset;
    this.rest = null;
    this.names = names;
    this.count = count;
  }

  CodedInputStream in() {
    return in;
  }

  /** What is read from as one array; null where there is none. */
  byte @Nullable [] array() {
    return array;
  }

  /** Where in the array the next byte is. */
  int position() {
    return offset + in.getTotalBytesRead();
  }

  /** Begins a value inside the message; what comes back is for {@link #leave}. */
  int enter() throws IOException {
    return in.pushLimit(in.readRawVarint32());
  }

  void leave(int outer) {
    in.popLimit(outer);
  }

  /** A text that mostly has been read before. */
  String name() throws IOException {
    return names.read(this);
  }

  String text() throws IOException {
    return in.readStringRequireUtf8();
  }

  /** Passes over a field that this version does not know. */
  void skip(int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw MessageDecoder.notProtobuf();
    }
  }

  /** The payload, from its length on, in an array of its size. */
  byte[] payload() throws IOException {
    Rest behind = rest;
    if (behind == null) {
      byte[] payload = in.readByteArray();
      count.payloads += payload.length;
      return payload;
    }
    int length = in.readRawVarint32();
    int here = behind.from - position();
    if (length - here != behind.length || array == null) {
      throw new EOFException("what stands behind the array is not the rest of the payload");
    }
    byte[] payload = new byte[length];
    System.arraycopy(array, position(), payload, 0, here);
    in.skipRawBytes(here);
    restIsRead = true;
    if (behind.bytes.readNBytes(payload, here, behind.length) < behind.length) {
      throw new EOFException("the frame ends before its payload does");
    }
    count.payloads += length;
    count.straight += behind.length;
    return payload;
  }

  /** Whether the payload was the rest of the frame, and was read. */
  boolean restIsRead() {
    return restIsRead;
  }

  /**
   * The bytes up to the limit, from a tag on that has been read. They are there until the next
   * frame is read.
   *
   * @param tag the tag; 0 for none
   * @param from the {@link #position} before the tag
   */
  Slice restFrom(int tag, int from) throws IOException {
    int left = Math.max(0, in.getBytesUntilLimit());
    byte[] all = array;
    if (all != null) {
      in.skipRawBytes(left);
      count.stock += position() - (long) from;
      return new Slice(all, from, position() - from);
    }
    byte[] own = in.readRawBytes(left);
    if (tag != 0) {
      long unsigned = Integer.toUnsignedLong(tag);
      byte[] whole = new byte[Varints.size(unsigned) + own.length];
      int at = Varints.put(whole, 0, unsigned);
      System.arraycopy(own, 0, whole, at, own.length);
      own = whole;
    }
    count.stock += 2L * own.length;
    return new Slice(own, 0, own.length);
  }

  void clearError() {
    error = null;
  }

  /** Keeps what is wrong with the message, unless something else was before. */
  void wrong(ProtocolException e) {
    if (error == null) {
      error = e;
    }
  }

  /** What is wrong with the message; null for nothing. */
  @Nullable ProtocolException error() {
    return error;
  }
}
