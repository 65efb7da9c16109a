package dev.orbit.testkit.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.StorageException;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import dev.orbit.testkit.state.FaultyStateStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What callers see of a store that fails, and what is there when it is back. */
class StoreOutageIT {
  private final FaultyStateStore store = new FaultyStateStore(new MemoryStateStore());
  private Cluster cluster;

  @BeforeEach
  void startCluster() {
    cluster =
        ClusterConfig.builder()
            .nodes(1)
            .actors(LedgerActor.class)
            .customizer((name, node) -> node.stateStore(store))
            .start();
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
    store.close();
  }

  @Test
  void whileItIsDownCallsFailAndAfterwardsNothingIsLost() {
    Ledger ledger = cluster.actors().get(Ledger.class, "a");
    Ledger fresh = cluster.actors().get(Ledger.class, "fresh");
    ledger.add("one");

    store.down(true);
    assertThatThrownBy(() -> ledger.add("two"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("ORBIT-6001");
    assertThatThrownBy(() -> fresh.add("one"))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("ORBIT-6001");
    store.down(false);

    assertThat(ledger.add("three")).isEqualTo(2);
    assertThat(ledger.entries()).containsExactly("one", "three");
    assertThat(fresh.add("one")).isEqualTo(1);
  }

  @Test
  void aWriteOfUnknownOutcomeIsReadAgainBeforeTheNext() {
    Ledger ledger = cluster.actors().get(Ledger.class, "a");
    ledger.add("one");

    store.failAfter(1);
    assertThatThrownBy(() -> ledger.add("two"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("ORBIT-6005");
    store.failBefore(1);
    assertThatThrownBy(() -> ledger.add("lost")).hasMessageContaining("ORBIT-6001");

    assertThat(ledger.add("three")).isEqualTo(3);
    assertThat(ledger.entries()).containsExactly("one", "two", "three");
  }
}
