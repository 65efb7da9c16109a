package dev.orbit.testkit.state;

import dev.orbit.api.state.StateStore;
import dev.orbit.runtime.state.MemoryStateStore;

class MemoryStateStoreTest implements StateStoreContract, ReminderStoreContract, JournalContract {
  @Override
  public StateStoreFixture fixture() {
    MemoryStateStore store = new MemoryStateStore();
    return new StateStoreFixture() {
      @Override
      public StateStore store() {
        return store;
      }

      @Override
      public StateStore other() {
        return store;
      }

      @Override
      public boolean isDurable() {
        return false;
      }

      @Override
      public void close() {
        store.close();
      }
    };
  }
}
