package dev.orbit.transport.internal;

import dev.orbit.proto.MessageDecoder;
import dev.orbit.transport.CompressionConfig.Algorithm;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

/**
 * One event loop, and what the streams on it share: they run one at a time, so that one buffer, one
 * decoder and one frame serve them all. All but {@link #execute} is only for the loop itself.
 */
final class Loop {
  /** A frame up to this size is read into the loop's buffer; what is larger is read in pieces. */
  private static final int BUFFER_BYTES = 64 * 1024;

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
  private final BooleanSupplier current;
  private final Compressor compressor;
  private final MessageDecoder decoder = new MessageDecoder();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final OutFrame frame = new OutFrame(SCRATCH_BYTES);
  private boolean writing;

  /**
   * A loop.
   *
   * @param current whether the caller runs on it
   */
  Loop(Executor executor, BooleanSupplier current, Compressor compressor) {
    this.executor = executor;
    this.current = current;
    this.compressor = compressor;
  }

  /** Whether the caller runs on it. */
  boolean isCurrent() {
    return current.getAsBoolean();
  }

  /** Runs the task after what runs at present. Dropped once the transport is closed. */
  void execute(Runnable task) {
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

  /** The frame for whoever is {@linkplain #write writing}. */
  OutFrame frame() {
    return frame;
  }

  private void readDeflated(
      byte[] bytes, int length, int maxBytes, MessageDecoder.Receiver receiver)
      throws IOException, BadFrame {
    Compressor.Inflated inflated = compressor.inflate(bytes, length, maxBytes);
    decoder.decode(inflated.bytes(), 0, inflated.length(), receiver);
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
    try {
      // What gRPC has decompressed shows its length only when it is read.
      int length = frame instanceof KnownLength ? frame.available() : Integer.MAX_VALUE;
      if (length > maxBytes && frame instanceof KnownLength) {
        throw new BadFrame("a message of %d bytes".formatted(length), true);
      }
      if (length <= buffer.length) {
        int read = frame.readNBytes(buffer, 0, length);
        if (read > 0 && buffer[0] == Compressor.FIRST_BYTE) {
          readDeflated(buffer, read, maxBytes, receiver);
        } else {
          decoder.decode(buffer, 0, read, receiver);
        }
        return;
      }
      PushbackInputStream bytes = new PushbackInputStream(new BoundedInput(frame, maxBytes), 1);
      int first = bytes.read();
      if (first >= 0) {
        bytes.unread(first);
      }
      if (first == Compressor.FIRST_BYTE) {
        byte[] all = bytes.readAllBytes();
        readDeflated(all, all.length, maxBytes, receiver);
      } else {
        decoder.decode(bytes, receiver);
      }
    } catch (BoundedInput.Exceeded e) {
      throw new BadFrame("a message of more than %d bytes".formatted(maxBytes), true);
    } catch (IOException e) {
      throw new BadFrame(String.valueOf(e.getMessage()), false);
    }
  }
}
