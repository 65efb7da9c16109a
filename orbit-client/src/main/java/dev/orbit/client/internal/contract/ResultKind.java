package dev.orbit.client.internal.contract;

/** How a method gives its result. */
public enum ResultKind {
  /** The caller blocks until the value is there. */
  VALUE,
  /** The caller blocks until the method has run, or goes on at once if it is one-way. */
  VOID,
  /** The caller gets a stage at once. */
  STAGE
}
