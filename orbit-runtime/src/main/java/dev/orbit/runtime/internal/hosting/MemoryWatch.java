package dev.orbit.runtime.internal.hosting;

/** Tells when memory runs short. Asked about once a second, by one thread at a time. */
@FunctionalInterface
public interface MemoryWatch {
  /** Memory never runs short. */
  MemoryWatch NONE = () -> false;

  /**
   * Whether activations should leave: a garbage collection has ended since it was asked last, and
   * left more than may be.
   */
  boolean isShort();
}
