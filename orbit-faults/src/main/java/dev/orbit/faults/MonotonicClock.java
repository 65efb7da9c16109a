package dev.orbit.faults;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;

/**
 * The kernel's monotonic clock, which all processes of a machine share. It is asked by a system
 * call of its own, because {@code System.nanoTime} may have been falsified in this process.
 *
 * <p>Linux on x86-64 and aarch64. Thread-safe.
 */
public final class MonotonicClock {
  private static final long CLOCK_MONOTONIC = 1;
  private static final long CLOCK_GETTIME =
      System.getProperty("os.arch").equals("aarch64") ? 113 : 228;
  private static final MethodHandle SYSCALL = syscall();

  /** Two numbers: seconds and nanoseconds. One for each thread that asks. */
  private static final ThreadLocal<MemorySegment> TIME =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(16, 8));

  private MonotonicClock() {}

  /** Nanoseconds since a moment before all processes. */
  public static long nanos() {
    MemorySegment time = TIME.get();
    try {
      long failed = (long) SYSCALL.invokeExact(CLOCK_GETTIME, CLOCK_MONOTONIC, time);
      if (failed != 0) {
        throw new IllegalStateException("the kernel tells no time: " + failed);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("the kernel cannot be asked for the time", e);
    }
    long seconds = time.get(ValueLayout.JAVA_LONG, 0);
    return TimeUnit.SECONDS.toNanos(seconds) + time.get(ValueLayout.JAVA_LONG, 8);
  }

  /** Restricted because a wrong signature could break the JVM; this one is the kernel's. */
  @SuppressWarnings("restricted")
  private static MethodHandle syscall() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.ADDRESS),
        Linker.Option.firstVariadicArg(1));
  }
}
