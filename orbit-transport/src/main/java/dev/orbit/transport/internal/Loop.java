package dev.orbit.transport.internal;

import dev.orbit.proto.MessageDecoder;
import dev.orbit.proto.ReadBytes;
import dev.orbit.transport.CompressionConfig.Algorithm;
import io.grpc.KnownLength;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

/**
 * One event loop, and what the streams on it share: they run one at a time, so that one buffer, one
 * decoder and one frame serve them all. All but {@link #execute} is only for the loop itself.
 */
final class Loop {
  /** A batch up to this size is read into the loop's buffer; what is larger is read in pieces. */
  private static final int BUFFER_BYTES = 64 * 1024;

  /** A frame up to this size is read into the loop's buffer at once. */
  private static final int WHOLE_BYTES = 4 * 1024;

  /**
   * How much is read of a larger one to see what it is: more than what stands before nearly every
   * payload, and as little as is worth a read, because what of a payload comes with it is copied
   * once more.
   */
  static final int HEAD_BYTES = 1024;

  /** In which small messages are put together for gRPC. */
  private static final int SCRATCH_BYTES = 16 * 1024;

  /** The bytes are no frame, or one that is too large. */
  static final class BadFrame extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean tooLarge;

    BadFrame(String message, boolean tooLarge) {
      super(message);
      this.tooLarge = tooLarge;
    }

    boolean isTooLarge() {
      return tooLarge;
    }
  }

  private final Executor executor;
  private final Executor afterReads;
  private final BooleanSupplier current;
  private final Compressor compressor;
  private final Counters counters;
  private final MessageDecoder decoder = new MessageDecoder();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final OutFrame frame = new OutFrame(SCRATCH_BYTES);
  private boolean writing;

  /**
   * A loop.
   *
   * @param executor runs tasks one after the other until there are none
   * @param afterReads runs a task after every connection that has something to read was read
   * @param current whether the caller runs on it
   */
  Loop(
      Executor executor,
      Executor afterReads,
      BooleanSupplier current,
      Compressor compressor,
      Counters counters) {
    this.executor = executor;
    this.afterReads = afterReads;
    this.current = current;
    this.compressor = compressor;
    this.counters = counters;
  }

  /** Whether the caller runs on it. */
  boolean isCurrent() {
    return current.getAsBoolean();
  }

  /** Runs the task after what runs at present. Dropped once the transport is closed. */
  void execute(Runnable task) {
    execute(executor, task);
  }

  /**
   * As {@link #execute}, but not before the loop has read what its connections have got, once each:
   * for what would go on for long and is in no hurry.
   */
  void executeAfterReads(Runnable task) {
    execute(afterReads, task);
  }

  private static void execute(Executor executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closed) {
      // Whatever still waits has been failed by whoever closed it.
      assert closed != null;
    }
  }

  /**
   * Runs the task after what runs at present; at once where the transport is closed and nothing
   * runs any more.
   */
  void executeInAnyCase(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closed) {
      task.run();
    }
  }

  /** Whether nobody is writing: what writing runs may want to write in its turn. */
  boolean mayWrite() {
    return !writing;
  }

  /** Writes to a stream by means of {@link #frame}. */
  void write(Runnable writing) {
    this.writing = true;
    try {
      writing.run();
    } finally {
      frame.clear();
      this.writing = false;
    }
  }

  /** The frame was written, as far as it will be, and is used again. */
  void done(OutFrame frame) {
    frame.count(counters.copiesOut);
    frame.clear();
  }

  /** The frame for whoever is {@linkplain #write writing}. */
  OutFrame frame() {
    return frame;
  }

  /** Makes a frame smaller, if it is worth it. */
  void deflate(OutFrame frame, Algorithm algorithm) {
    compressor.deflate(frame, algorithm);
  }

  /**
   * Reads one frame and hands out its messages.
   *
   * @throws BadFrame if it is not one, or larger than {@code maxBytes}; the messages before the
   *     damage have been handed out
   */
  void read(InputStream frame, int maxBytes, MessageDecoder.Receiver receiver) throws BadFrame {
    ReadBytes read = decoder.count();
    long payloads = read.payloads();
    long straight = read.straight();
    long stock = read.stock();
    long deflated = 0;
    try {
      deflated =
          frame instanceof KnownLength
              ? readKnown(frame, maxBytes, receiver)
              : readUnknown(frame, maxBytes, receiver);
    } catch (BoundedInput.Exceeded e) {
      throw new BadFrame("a message of more than %d bytes".formatted(maxBytes), true);
    } catch (IOException e) {
      throw new BadFrame(String.valueOf(e.getMessage()), false);
    } finally {
      long payload = read.payloads() - payloads;
      long past = read.straight() - straight;
      // Each into its array, and what has not come past them through the buffer of this loop or
      // of the stream; deflated bytes in place of what they make.
      long buffered = deflated > 0 ? deflated : payload - past;
      counters.copiesIn.saved(payload + past);
      counters.copiesIn.copied(payload + buffered + read.stock() - stock);
    }
  }

  /** Tells how many bytes it had if it was deflated, else 0. */
  private int readKnown(InputStream frame, int maxBytes, MessageDecoder.Receiver receiver)
      throws IOException, BadFrame {
    int length = frame.available();
    if (length > maxBytes) {
      throw new BadFrame("a message of %d bytes".formatted(length), true);
    }
    int read = frame.readNBytes(buffer, 0, length <= WHOLE_BYTES ? length : HEAD_BYTES);
    if (read > 0 && buffer[0] == Compressor.FIRST_BYTE) {
      readDeflated(whole(frame, read, length), length, maxBytes, receiver);
      return length;
    }
    if (read < length && decoder.decode(buffer, read, frame, length - read, receiver)) {
      return 0;
    }
    if (length <= buffer.length) {
      read += frame.readNBytes(buffer, read, length - read);
      decoder.decode(buffer, 0, read, receiver);
    } else {
      // One stream that says how much it has, else protobuf reads large payloads by bits.
      PushbackInputStream whole = new PushbackInputStream(frame, HEAD_BYTES);
      whole.unread(buffer, 0, read);
      decoder.decode(whole, receiver);
    }
    return 0;
  }

  /** The whole frame, of which some stands in the buffer already: there, if it has the room. */
  private byte[] whole(InputStream frame, int read, int length) throws IOException {
    byte[] whole = length <= buffer.length ? buffer : Arrays.copyOf(buffer, length);
    if (read + frame.readNBytes(whole, read, length - read) < length) {
      throw new EOFException("the frame is shorter than its %d bytes".formatted(length));
    }
    return whole;
  }

  /** As gRPC gives what it has decompressed: its length shows only when it is read. */
  private int readUnknown(InputStream frame, int maxBytes, MessageDecoder.Receiver receiver)
      throws IOException, BadFrame {
    PushbackInputStream bytes = new PushbackInputStream(new BoundedInput(frame, maxBytes), 1);
    int first = bytes.read();
    if (first >= 0) {
      bytes.unread(first);
    }
    if (first == Compressor.FIRST_BYTE) {
      byte[] all = bytes.readAllBytes();
      readDeflated(all, all.length, maxBytes, receiver);
      return all.length;
    }
    decoder.decode(bytes, receiver);
    return 0;
  }

  private void readDeflated(
      byte[] bytes, int length, int maxBytes, MessageDecoder.Receiver receiver)
      throws IOException, BadFrame {
    Compressor.Inflated inflated = compressor.inflate(bytes, length, maxBytes);
    decoder.decode(inflated.bytes(), 0, inflated.length(), receiver);
  }
}
