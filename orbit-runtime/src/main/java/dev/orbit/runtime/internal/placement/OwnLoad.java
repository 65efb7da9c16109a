package dev.orbit.runtime.internal.placement;

import com.sun.management.OperatingSystemMXBean;
import dev.orbit.api.placement.NodeLoad;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this node has to do. The processors are looked at no more than once a second. Thread-safe.
 */
public final class OwnLoad implements Supplier<NodeLoad> {
  private static final long CPU_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final LongSupplier nowNanos;
  private final IntSupplier activations;
  private final IntSupplier calls;
  private final @Nullable OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final AtomicLong nextLook;
  private volatile double cpu;

  public OwnLoad(LongSupplier nowNanos, IntSupplier activations, IntSupplier calls) {
    this.nowNanos = nowNanos;
    this.activations = activations;
    this.calls = calls;
    this.nextLook = new AtomicLong(nowNanos.getAsLong());
  }

  @Override
  public NodeLoad get() {
    return new NodeLoad(cpu(), activations.getAsInt(), calls.getAsInt());
  }

  private double cpu() {
    long due = nextLook.get();
    long now = nowNanos.getAsLong();
    if (system != null && now - due >= 0 && nextLook.compareAndSet(due, now + CPU_EVERY_NANOS)) {
      double load = system.getCpuLoad();
      cpu = load >= 0 && load <= 1 ? load : 0;
    }
    return cpu;
  }
}
