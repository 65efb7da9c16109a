package dev.orbit.raft.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifeRecordTest {
  private static final NodeId SELF = new NodeId("a", "shop");
  private static final MemberId LIFE = new MemberId(SELF, 7);

  @TempDir Path directory;

  private void liveOnce(String system) throws Exception {
    try (LifeRecord record = LifeRecord.open(directory, SELF, system)) {
      record.begins(new MemberId(SELF, 3));
      record.begins(LIFE);
    }
  }

  @Test
  void whoHoldsTheDirectoryKnowsThatItsLastLifeIsOver() throws Exception {
    liveOnce("this system");

    try (LifeRecord record = LifeRecord.open(directory, SELF, "this system")) {
      assertThat(record.predecessor()).contains(LIFE);
    }
  }

  @Test
  void aFirstLifeHasNoPredecessor() {
    try (LifeRecord record = LifeRecord.open(directory, SELF)) {
      assertThat(record.predecessor()).isEmpty();
    }
  }

  @Test
  void aLifeOnAnotherSystemOrOfAnotherNodeProvesNothing() throws Exception {
    liveOnce("that system");

    try (LifeRecord record = LifeRecord.open(directory, SELF, "this system")) {
      assertThat(record.predecessor()).isEmpty();
    }
    try (LifeRecord record = LifeRecord.open(directory, new NodeId("a", "bank"), "that system")) {
      assertThat(record.predecessor()).isEmpty();
    }
  }

  @Test
  void aSystemThatDoesNotSayWhichOneItIsProvesNothing() throws Exception {
    liveOnce("");

    try (LifeRecord record = LifeRecord.open(directory, SELF, "")) {
      assertThat(record.predecessor()).isEmpty();
    }
  }

  @Test
  void aTornRecordProvesNothing() throws Exception {
    liveOnce("this system");
    Files.writeString(directory.resolve("life"), "this system\nshop\na\n");

    try (LifeRecord record = LifeRecord.open(directory, SELF, "this system")) {
      assertThat(record.predecessor()).isEmpty();
    }
  }

  @Test
  void aDirectoryInWhichANodeLivesIsRefusedAndTheNodeKeepsIt() {
    try (LifeRecord record = LifeRecord.open(directory, SELF)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> LifeRecord.open(directory, SELF))
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("another node runs on " + directory);
      }
      assertThat(record.predecessor()).isEmpty();
    }
  }
}
