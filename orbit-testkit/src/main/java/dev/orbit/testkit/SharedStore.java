package dev.orbit.testkit;

import dev.orbit.api.state.StateStore;
import dev.orbit.runtime.state.JdbcStateStore;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.transport.env.SystemEnvironment;
import java.nio.file.Path;

/** The store that all nodes of a test cluster share, with what it needs to run. */
final class SharedStore implements AutoCloseable {
  private final StateStore store;
  private final Runnable afterwards;

  private SharedStore(StateStore store, Runnable afterwards) {
    this.store = store;
    this.afterwards = afterwards;
  }

  static SharedStore open(StoreKind kind, Path directory) {
    return switch (kind) {
      case MEMORY -> new SharedStore(new MemoryStateStore(), () -> {});
      case SQLITE -> {
        SystemEnvironment environment = new SystemEnvironment();
        yield new SharedStore(
            JdbcStateStore.sqlite(environment, directory.resolve("state.db")), environment::close);
      }
    };
  }

  StateStore store() {
    return store;
  }

  @Override
  public void close() {
    store.close();
    afterwards.run();
  }
}
