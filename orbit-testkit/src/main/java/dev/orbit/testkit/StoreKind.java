package dev.orbit.testkit;

/** Where the nodes of a test cluster keep actors' state; all share one store. */
public enum StoreKind {
  /** In the memory of the test: fast, and the state outlives every node. */
  MEMORY,
  /** In a SQLite file, as the processes of one host would. */
  SQLITE
}
