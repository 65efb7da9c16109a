package dev.orbit.runtime.state;

import dev.orbit.api.state.StateStore;

class MemoryStateStoreTest extends StateStoreContract {
  @Override
  StateStore open() {
    return new MemoryStateStore();
  }
}
