package dev.orbit.proto;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.orbit.api.error.ProtocolException;
import java.io.IOException;
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

  private final CodedInputStream in;
  private final byte @Nullable [] array;
  private final int offset;
  private final KnownNames names;
  private @Nullable ProtocolException error;

  /**
   * A frame.
   *
   * @param array what {@code in} reads from, as one array; null where there is none
   * @param offset where in the array {@code in} begins
   */
  FrameInput(CodedInputStream in, byte @Nullable [] array, int offset, KnownNames names) {
    this.in = in;
    this.array = array;
    this.offset = offset;
    this.names = names;
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

  /** The bytes up to the limit, with the tag that has been read before them; 0 for none. */
  byte[] restFrom(int tag) throws IOException {
    byte[] rest = in.readRawBytes(Math.max(0, in.getBytesUntilLimit()));
    if (tag == 0) {
      return rest;
    }
    long unsigned = Integer.toUnsignedLong(tag);
    byte[] whole = new byte[Varints.size(unsigned) + rest.length];
    int at = Varints.put(whole, 0, unsigned);
    System.arraycopy(rest, 0, whole, at, rest.length);
    return whole;
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
