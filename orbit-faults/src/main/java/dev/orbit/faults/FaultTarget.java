package dev.orbit.faults;

/** What faults happen to. */
public interface FaultTarget {
  /** The fault begins. */
  void begin(Fault fault);

  /** The fault is over. */
  void end(Fault fault);
}
