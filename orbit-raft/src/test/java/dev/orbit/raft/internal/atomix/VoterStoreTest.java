package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.transport.env.SystemEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VoterStoreTest {
  private static final Endpoint AT = new Endpoint("127.0.0.1", 1);

  @TempDir Path directory;
  private final SystemEnvironment environment = new SystemEnvironment();

  @AfterEach
  void close() {
    environment.close();
  }

  private EngineConfig config(String group, String self, String... others) {
    Map<String, Endpoint> voters = new java.util.HashMap<>(Map.of(self, AT));
    for (String other : others) {
      voters.put(other, AT);
    }
    return EngineConfig.builder(group, self, voters, directory).build();
  }

  private VoterStore open(EngineConfig config) {
    return VoterStore.open(environment, config);
  }

  @Test
  void aStoreIsMadeOnceAndKeepsItsName() {
    ByteString made;
    try (VoterStore fresh = open(config("g", "n1", "n2", "n3"))) {
      assertThat(fresh.isFresh()).isTrue();
      made = fresh.store();
    }

    try (VoterStore again = open(config("g", "n1", "n2", "n3"))) {
      assertThat(again.isFresh()).isFalse();
      assertThat(again.store()).isEqualTo(made);
    }
  }

  @Test
  void twoVotersCannotShareADirectory() {
    try (VoterStore first = open(config("g", "n1"))) {
      assertThat(first.isFresh()).isTrue();
      assertThatThrownBy(() -> open(config("g", "n1")))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("another voter runs on");
    }
  }

  @Test
  void theDirectoryOfAnotherVoterOrGroupIsRefused() {
    open(config("g", "n1", "n2", "n3")).close();

    assertThatThrownBy(() -> open(config("g", "n2", "n1", "n3")))
        .hasMessageContaining("belongs to voter n1 of group 'g'");
    assertThatThrownBy(() -> open(config("h", "n1", "n2", "n3")))
        .hasMessageContaining("belongs to voter n1 of group 'g'");
  }

  @Test
  void otherVotersThanAtFirstAreRefused() {
    open(config("g", "n1", "n2", "n3")).close();

    assertThatThrownBy(() -> open(config("g", "n1", "n2", "n4")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("voters are fixed");
  }

  @Test
  void aLogWithoutIdentityIsRefused() throws Exception {
    try (VoterStore store = open(config("g", "n1"))) {
      store.watermark().raise(7, 0);
    }
    Files.delete(directory.resolve("identity"));

    assertThatThrownBy(() -> open(config("g", "n1")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("not the voter's identity");
  }

  @Test
  void aLogBelowTheWatermarkIsRefused() throws Exception {
    try (VoterStore store = open(config("g", "n1"))) {
      store.watermark().raise(7, 0);
    }

    assertThatThrownBy(() -> open(config("g", "n1")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("ends at entry 0, but entries up to 7 were acknowledged");
  }

  @Test
  void aPeerIsKnownByTheStoreItFirstCameWith() {
    ByteString first = ByteString.copyFromUtf8("first");
    try (VoterStore store = open(config("g", "n1", "n2", "n3"))) {
      assertThat(store.remembered("n2")).isEqualTo(ByteString.EMPTY);
      assertThat(store.meet("n2", first)).isTrue();
    }

    try (VoterStore store = open(config("g", "n1", "n2", "n3"))) {
      assertThat(store.meet("n2", first)).isTrue();
      assertThat(store.meet("n2", ByteString.copyFromUtf8("second"))).isFalse();
    }
  }

  @Test
  void whoIsDisownedMustNotStart() {
    List<String> heard = new ArrayList<>();
    try (VoterStore store = open(config("g", "n1", "n2", "n3"))) {
      store.disowned("n2", "n2 knows another n1");
      store.onDisowned(heard::add);

      assertThatThrownBy(store::checkOwned)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("n2 knows another n1");
      assertThat(heard).containsExactly("n2 knows another n1");
    }
  }
}
