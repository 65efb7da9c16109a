package dev.orbit.raft.internal.atomix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the file of a segment before Atomix does, full of zeros that are on disk already. Atomix
 * makes files without blocks: there each sync of new entries has the file system write down which
 * blocks they got, besides the entries, which takes as long again. Where the file is there Atomix
 * takes it as it is.
 *
 * <p>It is filled under another name and gets its own by a link, which fails where Atomix came
 * first: nothing ever takes the place of a file that Atomix writes to. For the same reason it is
 * never deleted while Atomix runs; {@link LogScan} knows it by its missing head. Thread-safe.
 */
final class NextSegment implements AutoCloseable {
  /** Its name until it is full. */
  static final String UNFINISHED = "next-segment";

  private static final Logger log = LoggerFactory.getLogger(NextSegment.class);
  private static final int STEP_BYTES = 64 * 1024;

  private final Executor executor;
  private final Path directory;
  private final int bytes;
  private CompletableFuture<Void> making = CompletableFuture.completedFuture(null);
  private volatile boolean closed;

  /**
   * One that has made nothing.
   *
   * @param executor runs what writes, one task for each file
   * @param bytes how large it makes them
   */
  NextSegment(Executor executor, Path directory, int bytes) {
    this.executor = executor;
    this.directory = directory;
    this.bytes = bytes;
  }

  /** Begins to make a file of that name, after those that are being made; returns at once. */
  synchronized void make(String name) {
    making = making.thenRunAsync(() -> fillAndLink(directory.resolve(name)), executor);
  }

  private void fillAndLink(Path segment) {
    if (closed) {
      return;
    }
    Path unfinished = directory.resolve(UNFINISHED);
    try {
      Files.deleteIfExists(unfinished);
      fill(unfinished);
      if (!closed) {
        Files.createLink(segment, unfinished);
      }
    } catch (FileAlreadyExistsException e) {
      log.debug("event=segment-made-already file={}", segment);
    } catch (IOException | RuntimeException e) {
      // The log goes on without it, as fast as it can; a full disk will stop it soon enough.
      log.warn("event=segment-not-made-ahead file={} reason={}", segment, e.toString());
    } finally {
      remove(unfinished);
    }
  }

  private void fill(Path file) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(STEP_BYTES);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      int left = bytes;
      while (left > 0 && !closed) {
        zeros.clear().limit(Math.min(left, STEP_BYTES));
        left -= channel.write(zeros);
      }
      channel.force(true);
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.debug("event=file-not-removed file={} reason={}", file, e.toString());
    }
  }

  /** Makes no more, and waits until what is being made is given up or there. */
  @Override
  public void close() {
    closed = true;
    CompletableFuture<Void> last;
    synchronized (this) {
      last = making;
    }
    last.join();
  }
}
