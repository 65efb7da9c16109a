package dev.orbit.testkit.net;

/** A way through a proxy. */
public enum Direction {
  /** What the connecting end sends. */
  TO_TARGET,
  /** What the listening end sends. */
  FROM_TARGET
}
