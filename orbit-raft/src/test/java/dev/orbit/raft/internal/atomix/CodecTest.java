package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atomix.cluster.MemberId;
import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import io.atomix.protocols.raft.storage.log.entry.CloseSessionEntry;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.ConfigurationEntry;
import io.atomix.protocols.raft.storage.log.entry.InitializeEntry;
import io.atomix.protocols.raft.storage.log.entry.KeepAliveEntry;
import io.atomix.protocols.raft.storage.log.entry.MetadataEntry;
import io.atomix.protocols.raft.storage.log.entry.OpenSessionEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {
  private static final RaftResponse.Status OK = RaftResponse.Status.OK;
  private static final RaftError ERROR = new RaftError(RaftError.Type.NO_LEADER, "none");

  private static RaftMember member(String id) {
    return new DefaultRaftMember(
        MemberId.from(id), RaftMember.Type.ACTIVE, Instant.ofEpochMilli(1234));
  }

  static List<RaftLogEntry> entries() {
    return List.of(
        new InitializeEntry(3, 17),
        new ConfigurationEntry(3, 17, List.of(member("a"), member("b"))),
        new OpenSessionEntry(
            3, 17, "a", "name", "type", new byte[] {1, 2}, ReadConsistency.LINEARIZABLE, 5, 6),
        new CloseSessionEntry(3, 17, 99, true, false),
        new KeepAliveEntry(3, 17, new long[] {1, 2}, new long[] {3, 4}, new long[] {5, 6}),
        new CommandEntry(
            3,
            17,
            99,
            7,
            new PrimitiveOperation(OperationId.command("batch"), new byte[] {1, 2, 3})));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void entriesComeBackFromTheDiskAsTheyWere(RaftLogEntry entry) {
    byte[] bytes = LogNamespace.create().serialize(entry);

    RaftLogEntry read = LogNamespace.create().deserialize(bytes);

    assertThat(read).usingRecursiveComparison().isEqualTo(entry);
  }

  @Test
  void whatIsNeverLoggedIsRefused() {
    assertThatThrownBy(() -> EntryCodec.encode(new MetadataEntry(1, 2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MetadataEntry");
  }

  @Test
  void requestsComeBackFromTheWireAsTheyWere() {
    PollRequest poll = new PollRequest(1, "a", 2, 3);
    VoteRequest vote = new VoteRequest(1, "a", 2, 3);
    AppendRequest append = new AppendRequest(1, "a", 2, 3, entries(), 4);
    ConfigureRequest configure = new ConfigureRequest(1, "a", 2, 3, List.of(member("a")));
    InstallRequest install =
        new InstallRequest(1, MemberId.from("a"), 2, 3, 4, 5, new byte[] {6}, true);

    assertThat(MessageCodec.decode(MessageCodec.encode(poll).getPollRequest())).isEqualTo(poll);
    assertThat(MessageCodec.decode(MessageCodec.encode(vote).getVoteRequest())).isEqualTo(vote);
    assertThat(MessageCodec.decode(MessageCodec.encode(append).getAppendRequest()))
        .usingRecursiveComparison()
        .isEqualTo(append);
    assertThat(MessageCodec.decode(MessageCodec.encode(configure).getConfigureRequest()))
        .usingRecursiveComparison()
        .isEqualTo(configure);
    assertThat(MessageCodec.decode(MessageCodec.encode(install).getInstallRequest()))
        .usingRecursiveComparison()
        .isEqualTo(install);
  }

  @Test
  void responsesComeBackFromTheWireAsTheyWere() {
    PollResponse poll = new PollResponse(OK, null, 1, true);
    VoteResponse vote = new VoteResponse(OK, null, 1, true);
    AppendResponse append = new AppendResponse(RaftResponse.Status.ERROR, ERROR, 1, true, 2);
    ConfigureResponse configure = new ConfigureResponse(OK, null);
    InstallResponse install = new InstallResponse(RaftResponse.Status.ERROR, ERROR);

    assertThat(MessageCodec.decode(MessageCodec.encode(poll).getPollResponse()))
        .usingRecursiveComparison()
        .isEqualTo(poll);
    assertThat(MessageCodec.decode(MessageCodec.encode(vote).getVoteResponse()))
        .usingRecursiveComparison()
        .isEqualTo(vote);
    assertThat(MessageCodec.decode(MessageCodec.encode(append).getAppendResponse()))
        .usingRecursiveComparison()
        .isEqualTo(append);
    assertThat(MessageCodec.decode(MessageCodec.encode(configure).getConfigureResponse()))
        .usingRecursiveComparison()
        .isEqualTo(configure);
    assertThat(MessageCodec.decode(MessageCodec.encode(install).getInstallResponse()))
        .usingRecursiveComparison()
        .isEqualTo(install);
  }
}
