package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.internal.grpc.Introduction;
import dev.orbit.raft.internal.grpc.Store;
import dev.orbit.transport.env.SystemEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    Store made;
    try (VoterStore fresh = open(config("g", "n1", "n2", "n3"))) {
      assertThat(fresh.identity().standing()).isEqualTo(Standing.FOUNDING);
      made = fresh.identity().store();
    }

    try (VoterStore again = open(config("g", "n1", "n2", "n3"))) {
      assertThat(again.identity().store()).isEqualTo(made);
      assertThat(again.identity().standing()).isEqualTo(Standing.FOUNDING);
    }
  }

  @Test
  void aVoterAloneHasNobodyToAsk() {
    try (VoterStore fresh = open(config("g", "n1"))) {
      assertThat(fresh.identity().standing()).isEqualTo(Standing.FULL);
    }
  }

  @Test
  void twoVotersCannotShareADirectory() {
    try (VoterStore first = open(config("g", "n1"))) {
      assertThat(first.identity().voter()).isEqualTo("n1");
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
  void aRefusedVoterFindsItsDirectoryAsItWas() throws Exception {
    try (VoterStore store = open(config("g", "n1"))) {
      store.watermark().raise(7, 0);
    }
    Path unfinished = Files.write(directory.resolve("raft-3.snapshot"), new byte[10]);
    Path unbegun = Files.write(directory.resolve("raft-1.log"), new byte[64 << 10]);

    assertThatThrownBy(() -> open(config("g", "n2"))).hasMessageContaining("belongs to voter n1");
    assertThatThrownBy(() -> open(config("g", "n1"))).hasMessageContaining("were acknowledged");
    Files.delete(directory.resolve("identity"));
    assertThatThrownBy(() -> open(config("g", "n1"))).hasMessageContaining("voter's identity");

    assertThat(unfinished).exists();
    assertThat(unbegun).exists();
  }

  @Test
  void aPeerIsKnownByTheStoreItFirstCameWith() {
    Store first = store("first", 0);
    try (VoterStore store = open(config("g", "n1", "n2", "n3"))) {
      assertThat(store.identity().remembered("n2")).isEmpty();
      assertThat(store.identity().meet("n2", first)).isTrue();
    }

    try (VoterStore store = open(config("g", "n1", "n2", "n3"))) {
      assertThat(store.identity().meet("n2", first)).isTrue();
      assertThat(store.identity().meet("n2", store("second", 0))).isFalse();
    }
  }

  @Test
  void aStoreThatReplacesALostOneIsKnownFromThenOnAndTheLostOneIsNot() {
    Store first = store("first", 0);
    Store second = store("second", 5);
    List<String> superseded = new ArrayList<>();
    try (VoterStore store = open(config("g", "n1", "n2", "n3"))) {
      store.identity().onSuperseded(superseded::add);
      store.identity().meet("n2", first);
      assertThat(store.identity().meet("n2", second)).isTrue();
      assertThat(store.identity().meet("n2", first)).isFalse();
      assertThat(store.identity().meet("n2", store("rival", 4))).isFalse();
    }

    try (VoterStore store = open(config("g", "n1", "n2", "n3"))) {
      assertThat(store.identity().remembered("n2")).contains(second);
      assertThat(superseded).containsExactly("n2");
    }
  }

  @Test
  void whoIsDisownedMustNotStart() {
    List<String> heard = new ArrayList<>();
    try (VoterStore store = open(config("g", "n1", "n2", "n3"))) {
      store.identity().disowned("n2", "n2 knows another n1");
      store.identity().onDisowned(heard::add);

      assertThatThrownBy(store::checkOwned)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("n2 knows another n1");
      assertThat(heard).containsExactly("n2 knows another n1");
    }
  }

  @Test
  void aStoreIsOnlyReplacedWhereThereIsNone() {
    EngineConfig config = config("g", "n1", "n2", "n3");
    EngineConfig replacing =
        EngineConfig.builder("g", "n1", config.voters(), directory).replaceLost(true).build();
    try (VoterStore store = open(config)) {
      store.identity().meet("n2", store("other", 0));
    }
    Store made;
    try (VoterStore store = open(replacing)) {
      made = store.identity().store();
      assertThat(store.identity().standing()).isEqualTo(Standing.REPLACING);
      assertThat(made.generation()).isPositive();
      assertThat(store.identity().remembered("n2")).isEmpty();
    }

    try (VoterStore store = open(replacing)) {
      assertThat(store.identity().store()).isEqualTo(made);
    }
  }

  @Test
  void aVoterIsFoundedWhenEveryOtherHasLetItIn() throws Exception {
    EngineConfig config = config("g", "n1", "n2", "n3");
    try (VoterStore store = open(config)) {
      Admission admission = new Admission(config, store);
      store.identity().welcomed("n2", introduction("n2", 0, false));
      Optional<String> before = admission.waitsFor();

      store.identity().welcomed("n3", introduction("n3", 0, false));
      Optional<String> after = admission.waitsFor();
      admission.admit();

      assertThat(before).hasValueSatisfying(why -> assertThat(why).contains("voters [n3]"));
      assertThat(after).isEmpty();
      assertThat(store.identity().standing()).isEqualTo(Standing.FULL);
    }
  }

  @Test
  void whoReplacesALostStoreBreaksNoneOfItsPromises() throws Exception {
    EngineConfig config = config("g", "n1", "n2", "n3");
    EngineConfig replacing =
        EngineConfig.builder("g", "n1", config.voters(), directory).replaceLost(true).build();
    try (VoterStore store = open(replacing)) {
      Admission admission = new Admission(replacing, store);
      store.identity().welcomed("n2", introduction("n2", 7, true));
      store.identity().welcomed("n3", introduction("n3", 9, false));
      Optional<String> tooFew = admission.waitsFor();
      store.identity().welcomed("n3", introduction("n3", 9, true));
      Optional<String> enough = admission.waitsFor();
      admission.admit();

      assertThat(tooFew).hasValueSatisfying(why -> assertThat(why).contains("only 1 of 3"));
      assertThat(enough).isEmpty();
      assertThat(store.identity().standing()).isEqualTo(Standing.CATCHING_UP);
      assertThat(store.votes().mayVote(10, "n2", 100, 0)).isFalse();
      assertThat(store.votes().mayVote(11, "n2", 100, 0)).isTrue();
    }
  }

  @Test
  void whoIsLetInByAPeerThatWasReplacedSinceIsNotLetInByIt() {
    EngineConfig config = config("g", "n1", "n2", "n3");
    try (VoterStore store = open(config)) {
      store.identity().welcomed("n2", introduction("n2", 0, true));
      Introduction knowsBetter =
          new Introduction(store("n3", 0), 0, true, Map.of("n2", store("its successor", 3)));
      store.identity().welcomed("n3", knowsBetter);

      assertThat(store.identity().introductions()).containsOnlyKeys("n3");
    }
  }

  private static Store store(String name, long generation) {
    return new Store(ByteString.copyFromUtf8(name), generation);
  }

  private static Introduction introduction(String voter, long term, boolean full) {
    return new Introduction(store(voter, 0), term, full, Map.of());
  }
}
