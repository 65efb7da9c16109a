package dev.orbit.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import org.junit.jupiter.api.Test;

class PartitionTableTest {
  private static final PartitionTable TABLE = PartitionTable.unowned(65_536);

  private static int partition(String type, long key) {
    return TABLE.partitionOf(new AddressableReference(type, Key.of(key)));
  }

  /** Nodes of all versions must agree on it, and what a node was asked before must not matter. */
  @Test
  void anActorFallsIntoTheSamePartitionForAllTime() {
    for (int i = 0; i < 3; i++) {
      // Both names have the same hash code.
      assertThat(partition("Aa", 7)).isEqualTo(PARTITION_OF_AA);
      assertThat(partition("BB", 7)).isEqualTo(PARTITION_OF_BB);
    }
  }

  private static final int PARTITION_OF_AA = 3079;
  private static final int PARTITION_OF_BB = 29572;
}
