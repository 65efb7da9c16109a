package dev.orbit.testkit.state;

import dev.orbit.api.state.StateStore;

/**
 * A store under test with its data. Used by one thread, except for what {@link #store} and {@link
 * #other} give.
 */
public interface StateStoreFixture extends AutoCloseable {
  /** The store, with no data in it; the same each time. */
  StateStore store();

  /**
   * A second store on the same data, as another process would open it; the same each time. Of a
   * store that lives in one process only, {@link #store} itself.
   */
  StateStore other();

  /**
   * Whether data outlive a store that is closed; true by default. If not, the test of that is
   * skipped.
   */
  default boolean isDurable() {
    return true;
  }

  /**
   * Breaks what {@link #store} and {@link #other} hold open, as a network or a restarted server
   * would, while operations run. They may fail with {@code STORE_UNAVAILABLE} or {@code
   * WRITE_OUTCOME_UNKNOWN} for a while. Does nothing by default, for stores that hold nothing open.
   */
  default void disturb() {}

  /** Closes both stores and takes their data away. */
  @Override
  void close();
}
