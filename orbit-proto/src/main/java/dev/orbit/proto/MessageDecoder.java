package dev.orbit.proto;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.orbit.proto.wire.BatchProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * What arrives to {@link Message}s. Hands out the same messages as {@link Messages#fromProto} makes
 * after the stock parser, without making the protobuf values in between: the fields around the
 * payload are read one by one, the payload is copied once into an array of its size, from where it
 * stands or straight from the stream. Contents of rare kinds are left to the stock parser, except a
 * batch within a batch, which is refused unread. A test compares the two over all kinds.
 *
 * <p>Each message, or each member of a batch, is given to exactly one of the receiver's two
 * methods, in their order. Bytes that are not protobuf end the reading with an {@link IOException};
 * the members before them have been handed out by then.
 *
 * <p>Not thread-safe: each stream, or each thread of streams, has its own.
 */
public final class MessageDecoder {
  /** Who takes what was read. What it throws comes out of {@link MessageDecoder#decode}. */
  public interface Receiver {
    /** One message. */
    void message(Message message);

    /** One that makes no sense. */
    void bad(BadMessage message);

    /** Whether more is wanted; looked at before each member of a batch. */
    default boolean isOpen() {
      return true;
    }
  }

  /** So many members that make no sense are told one by one; with more it is no batch. */
  private static final int MOST_BAD = 16;

  private static final int WINDOW_BYTES = 16 * 1024;

  private static final int MEMBER =
      BatchProto.MESSAGES_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  private static final byte[] CONTENT = tag(MessageProto.CONTENT_FIELD_NUMBER);
  private static final byte[] BATCH = tag(MessageContentProto.BATCH_FIELD_NUMBER);

  private final KnownNames names = new KnownNames();
  private final EnvelopeReader.Known known = new EnvelopeReader.Known();
  private final ReadBytes count = new ReadBytes();

  /** What was done with the bytes of payloads so far. */
  public ReadBytes count() {
    return count;
  }

  /**
   * Reads one message or batch.
   *
   * @throws IOException if the bytes are not protobuf
   */
  public void decode(byte[] bytes, int offset, int length, Receiver receiver) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes, offset, length);
    decode(
        in, new EnvelopeReader(new FrameInput(in, bytes, offset, names, count), known), receiver);
  }

  /**
   * Reads one message or batch to the end of the stream, without holding it as a whole. How much
   * may come is for the stream to say: one that ends too early is cut off, not refused.
   *
   * @throws IOException if the bytes are not protobuf or cannot be read
   */
  public void decode(InputStream bytes, Receiver receiver) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes, WINDOW_BYTES);
    in.setSizeLimit(Integer.MAX_VALUE);
    decode(in, new EnvelopeReader(new FrameInput(in, null, 0, names, count), known), receiver);
  }

  /**
   * Reads one message of which the beginning stands in an array, if its payload is the rest: that
   * is read past the array then.
   *
   * @param length how much of the message stands there
   * @param behind gives the rest
   * @param restLength how much that is
   * @return false if it is not so; then nothing was handed out, and nothing taken from {@code
   *     behind}
   * @throws IOException if the rest cannot be read
   */
  public boolean decode(
      byte[] head, int length, InputStream behind, int restLength, Receiver receiver)
      throws IOException {
    if (beginsWithBatch(head, length)) {
      // Nearly all that are large and have no large payload: nothing is made to find that out.
      return false;
    }
    FrameInput input =
        new FrameInput(head, 0, new FrameInput.Rest(behind, length, restLength), names, count);
    EnvelopeReader reader = new EnvelopeReader(input, known);
    try {
      var _ = reader.untilBatch();
    } catch (IOException e) {
      // Mostly because the envelope does not fit into the array; if it is damaged, whoever reads
      // it in the other way finds that again.
      if (input.restIsRead()) {
        throw e;
      }
    }
    if (input.restIsRead()) {
      handOut(reader, receiver);
    }
    return input.restIsRead();
  }

  private static boolean beginsWithBatch(byte[] bytes, int length) {
    int at = after(bytes, 0, length, CONTENT);
    while (at > 0 && at < length && bytes[at] < 0) {
      at++;
    }
    // Behind the last byte of the content's length.
    return at > 0 && after(bytes, at + 1, length, BATCH) > 0;
  }

  /** Where the tag ends that is to be at {@code from}; -1 where it is not there. */
  private static int after(byte[] bytes, int from, int length, byte[] tag) {
    int end = from + tag.length;
    return end <= length && Arrays.equals(bytes, from, end, tag, 0, tag.length) ? end : -1;
  }

  private static byte[] tag(int field) {
    long tag = (long) field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    byte[] bytes = new byte[Varints.size(tag)];
    var _ = Varints.put(bytes, 0, tag);
    return bytes;
  }

  private static void handOut(EnvelopeReader reader, Receiver receiver) {
    if (reader.isBatch()) {
      receiver.bad(reader.batchAmongOthers());
    } else {
      reader.handOut(receiver);
    }
  }

  private static void decode(CodedInputStream in, EnvelopeReader reader, Receiver receiver)
      throws IOException {
    int end = reader.untilBatch();
    if (end == EnvelopeReader.NO_BATCH) {
      handOut(reader, receiver);
    } else if (batch(in, reader, receiver)) {
      skipToLimit(in);
      in.popLimit(end);
      drain(in);
    }
  }

  /** False if the receiver had enough. */
  private static boolean batch(CodedInputStream in, EnvelopeReader reader, Receiver receiver)
      throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    int index = 0;
    int bad = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == MEMBER) {
        if (!receiver.isOpen()) {
          return false;
        }
        int memberEnd = in.pushLimit(in.readRawVarint32());
        reader.clear();
        reader.member();
        in.popLimit(memberEnd);
        if (reader.isBatch()) {
          receiver.bad(reader.nested(index));
          bad++;
        } else if (!reader.handOut(receiver)) {
          bad++;
        }
        if (bad > MOST_BAD) {
          throw new InvalidProtocolBufferException(
              "more than %d members of the batch make no sense".formatted(MOST_BAD));
        }
        index++;
      } else if (!in.skipField(tag)) {
        throw notProtobuf();
      }
    }
    in.popLimit(end);
    return true;
  }

  private static void skipToLimit(CodedInputStream in) throws IOException {
    int left = in.getBytesUntilLimit();
    if (left > 0) {
      in.skipRawBytes(left);
    }
  }

  /** What stands beside a batch does not count, but has to be protobuf. */
  private static void drain(CodedInputStream in) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!in.skipField(tag)) {
        throw notProtobuf();
      }
    }
  }

  static InvalidProtocolBufferException notProtobuf() {
    return new InvalidProtocolBufferException("a group ends that did not begin");
  }
}
