package dev.orbit.benchmarks.link;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What memory that two processes see could carry at best: a ring of frames each way, with one
 * writer and one reader, who sleeps on a futex (futex(2)) when his ring is empty and is woken once
 * for what came together. Each end is for one thread.
 */
final class SharedMemory implements AutoCloseable {
  private static final int RING_BYTES = 1 << 20;
  private static final int HEAD = 0;
  private static final int TAIL = 64;
  private static final int SLEEPING = 128;
  private static final int DATA = 192;
  private static final int WHOLE = DATA + RING_BYTES;

  /** In place of a length: what follows begins at the front again. */
  private static final int WRAP = -1;

  /** Looks at an empty ring before its reader sleeps. */
  private static final int LOOKS = 100;

  private static final long SYS_FUTEX = 202;
  private static final int WAIT = 0;
  private static final int WAKE = 1;
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  @SuppressWarnings("restricted") // Nothing else can sleep on memory that processes share.
  private static final MethodHandle SYSCALL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS),
              Linker.Option.firstVariadicArg(1));

  private final Path file;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment in;
  private final MemorySegment out;
  private final boolean owner;
  private volatile boolean closed;

  private SharedMemory(Path file, boolean owner) throws IOException {
    this.file = file;
    this.owner = owner;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment all = channel.map(FileChannel.MapMode.READ_WRITE, 0, 2L * WHOLE, arena);
      MemorySegment first = all.asSlice(0, WHOLE);
      MemorySegment second = all.asSlice(WHOLE, WHOLE);
      this.in = owner ? first : second;
      this.out = owner ? second : first;
    }
  }

  /** New memory, for the end that echoes. */
  static SharedMemory create() throws IOException {
    Path shared = Path.of("/dev/shm");
    Path file =
        Files.isDirectory(shared)
            ? Files.createTempFile(shared, "orbit", ".ring")
            : Files.createTempFile("orbit", ".ring");
    return new SharedMemory(file, true);
  }

  /** The other end of what another process has created. */
  static SharedMemory open(Path file) throws IOException {
    return new SharedMemory(file, false);
  }

  Path file() {
    return file;
  }

  /** Puts a frame in; its reader is woken by {@link #flush}. Waits where there is no room. */
  void send(byte[] frame) {
    long tail = (long) LONG.get(out, (long) TAIL);
    int at = (int) (tail & (RING_BYTES - 1));
    int needed = Integer.BYTES + ((frame.length + 7) & ~7);
    int toEnd = RING_BYTES - at;
    int skipped = needed + Integer.BYTES > toEnd ? toEnd : 0;
    while (tail + skipped + needed - (long) LONG.getAcquire(out, (long) HEAD) > RING_BYTES) {
      flush();
      Thread.onSpinWait();
    }
    if (skipped > 0) {
      out.set(ValueLayout.JAVA_INT_UNALIGNED, DATA + at, WRAP);
      at = 0;
    }
    out.set(ValueLayout.JAVA_INT_UNALIGNED, DATA + at, frame.length);
    MemorySegment.copy(
        frame, 0, out, ValueLayout.JAVA_BYTE, DATA + at + Integer.BYTES, frame.length);
    LONG.setRelease(out, (long) TAIL, tail + skipped + needed);
  }

  /** Wakes the reader if he sleeps. */
  void flush() {
    if ((int) INT.getAndSet(out, (long) SLEEPING, 0) == 1) {
      futex(out, WAKE, 1);
    }
  }

  /** The next frame; before it waits for one, it wakes whoever reads what was sent. */
  byte[] receive() {
    long head = (long) LONG.get(in, (long) HEAD);
    awaitMore(head);
    int at = (int) (head & (RING_BYTES - 1));
    int length = in.get(ValueLayout.JAVA_INT_UNALIGNED, DATA + at);
    if (length == WRAP) {
      head += RING_BYTES - at;
      at = 0;
      length = in.get(ValueLayout.JAVA_INT_UNALIGNED, DATA);
    }
    byte[] frame = new byte[length];
    MemorySegment.copy(in, ValueLayout.JAVA_BYTE, DATA + at + Integer.BYTES, frame, 0, length);
    LONG.setRelease(in, (long) HEAD, head + Integer.BYTES + ((length + 7) & ~7));
    return frame;
  }

  private void awaitMore(long head) {
    if ((long) LONG.getAcquire(in, (long) TAIL) != head) {
      return;
    }
    flush();
    for (int i = 0; i < LOOKS; i++) {
      if ((long) LONG.getAcquire(in, (long) TAIL) != head) {
        return;
      }
      Thread.onSpinWait();
    }
    while ((long) LONG.getVolatile(in, (long) TAIL) == head && !closed) {
      INT.setVolatile(in, (long) SLEEPING, 1);
      if ((long) LONG.getVolatile(in, (long) TAIL) == head) {
        futex(in, WAIT, 1);
      }
      INT.setVolatile(in, (long) SLEEPING, 0);
    }
  }

  private static void futex(MemorySegment ring, int operation, int value) {
    try {
      long _ =
          (long)
              SYSCALL.invokeExact(
                  SYS_FUTEX, ring.asSlice(SLEEPING), operation, value, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new IllegalStateException("the futex failed", e);
    }
  }

  /** Sends back what comes, for ever. */
  void echo() {
    while (!closed) {
      send(receive());
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    if (owner) {
      // Its echoing thread ends with the process, and so does the mapping.
      Files.deleteIfExists(file);
    } else {
      arena.close();
    }
  }
}
