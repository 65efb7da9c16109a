package dev.orbit.api;

/** Why an activation ends. */
public enum DeactivationReason {
  /** No call came for the idle time of its type. */
  IDLE,
  /** The actor asked for it. */
  REQUESTED,
  /** The actor is to live on another node, because one has joined. */
  MOVED,
  /** A write of its state was refused, so that what it holds in memory may be stale. */
  STATE_CONFLICT,
  /** The node holds more activations than it is meant to, and this one was used the least. */
  CAPACITY,
  /** The node's heap is nearly full, and this one was used the least. */
  MEMORY_PRESSURE,
  /** The node is being stopped. */
  SHUTDOWN
}
