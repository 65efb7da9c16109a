package dev.orbit.raft.internal.atomix;

import com.google.protobuf.UnsafeByteOperations;
import dev.orbit.proto.raft.AppendRequestProto;
import dev.orbit.proto.raft.AppendResponseProto;
import dev.orbit.proto.raft.ConfigureRequestProto;
import dev.orbit.proto.raft.ConfigureResponseProto;
import dev.orbit.proto.raft.FrameProto;
import dev.orbit.proto.raft.InstallRequestProto;
import dev.orbit.proto.raft.InstallResponseProto;
import dev.orbit.proto.raft.PollRequestProto;
import dev.orbit.proto.raft.PollResponseProto;
import dev.orbit.proto.raft.RaftErrorProto;
import dev.orbit.proto.raft.VoteRequestProto;
import dev.orbit.proto.raft.VoteResponseProto;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftError;
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
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of Atomix that travel between voters, as frames. */
final class MessageCodec {
  private MessageCodec() {}

  static FrameProto.Builder encode(PollRequest request) {
    return FrameProto.newBuilder()
        .setPollRequest(
            PollRequestProto.newBuilder()
                .setTerm(request.term())
                .setCandidate(request.candidate().id())
                .setLastLogIndex(request.lastLogIndex())
                .setLastLogTerm(request.lastLogTerm()));
  }

  static PollRequest decode(PollRequestProto proto) {
    return new PollRequest(
        proto.getTerm(), proto.getCandidate(), proto.getLastLogIndex(), proto.getLastLogTerm());
  }

  static FrameProto.Builder encode(PollResponse response) {
    return FrameProto.newBuilder()
        .setPollResponse(
            PollResponseProto.newBuilder()
                .setOk(isOk(response))
                .setError(encode(response.error()))
                .setTerm(response.term())
                .setAccepted(response.accepted()));
  }

  static PollResponse decode(PollResponseProto proto) {
    return new PollResponse(
        status(proto.getOk()), decode(proto.getError()), proto.getTerm(), proto.getAccepted());
  }

  static FrameProto.Builder encode(VoteRequest request) {
    return FrameProto.newBuilder()
        .setVoteRequest(
            VoteRequestProto.newBuilder()
                .setTerm(request.term())
                .setCandidate(request.candidate().id())
                .setLastLogIndex(request.lastLogIndex())
                .setLastLogTerm(request.lastLogTerm()));
  }

  static VoteRequest decode(VoteRequestProto proto) {
    return new VoteRequest(
        proto.getTerm(), proto.getCandidate(), proto.getLastLogIndex(), proto.getLastLogTerm());
  }

  static FrameProto.Builder encode(VoteResponse response) {
    return FrameProto.newBuilder()
        .setVoteResponse(
            VoteResponseProto.newBuilder()
                .setOk(isOk(response))
                .setError(encode(response.error()))
                .setTerm(response.term())
                .setVoted(response.voted()));
  }

  static VoteResponse decode(VoteResponseProto proto) {
    return new VoteResponse(
        status(proto.getOk()), decode(proto.getError()), proto.getTerm(), proto.getVoted());
  }

  static FrameProto.Builder encode(AppendRequest request) {
    AppendRequestProto.Builder proto =
        AppendRequestProto.newBuilder()
            .setTerm(request.term())
            .setLeader(request.leader().id())
            .setPrevLogIndex(request.prevLogIndex())
            .setPrevLogTerm(request.prevLogTerm())
            .setCommitIndex(request.commitIndex());
    for (RaftLogEntry entry : request.entries()) {
      proto.addEntries(EntryCodec.encode(entry));
    }
    return FrameProto.newBuilder().setAppendRequest(proto);
  }

  static AppendRequest decode(AppendRequestProto proto) {
    List<RaftLogEntry> entries = proto.getEntriesList().stream().map(EntryCodec::decode).toList();
    return new AppendRequest(
        proto.getTerm(),
        proto.getLeader(),
        proto.getPrevLogIndex(),
        proto.getPrevLogTerm(),
        entries,
        proto.getCommitIndex());
  }

  static FrameProto.Builder encode(AppendResponse response) {
    return FrameProto.newBuilder()
        .setAppendResponse(
            AppendResponseProto.newBuilder()
                .setOk(isOk(response))
                .setError(encode(response.error()))
                .setTerm(response.term())
                .setSucceeded(response.succeeded())
                .setLastLogIndex(response.lastLogIndex()));
  }

  static AppendResponse decode(AppendResponseProto proto) {
    return new AppendResponse(
        status(proto.getOk()),
        decode(proto.getError()),
        proto.getTerm(),
        proto.getSucceeded(),
        proto.getLastLogIndex());
  }

  static FrameProto.Builder encode(ConfigureRequest request) {
    return FrameProto.newBuilder()
        .setConfigureRequest(
            ConfigureRequestProto.newBuilder()
                .setTerm(request.term())
                .setLeader(request.leader().id())
                .setIndex(request.index())
                .setTimestamp(request.timestamp())
                .addAllMembers(EntryCodec.encode(request.members())));
  }

  static ConfigureRequest decode(ConfigureRequestProto proto) {
    return new ConfigureRequest(
        proto.getTerm(),
        proto.getLeader(),
        proto.getIndex(),
        proto.getTimestamp(),
        EntryCodec.decode(proto.getMembersList()));
  }

  static FrameProto.Builder encode(ConfigureResponse response) {
    return FrameProto.newBuilder()
        .setConfigureResponse(
            ConfigureResponseProto.newBuilder()
                .setOk(isOk(response))
                .setError(encode(response.error())));
  }

  static ConfigureResponse decode(ConfigureResponseProto proto) {
    return new ConfigureResponse(status(proto.getOk()), decode(proto.getError()));
  }

  static FrameProto.Builder encode(InstallRequest request) {
    return FrameProto.newBuilder()
        .setInstallRequest(
            InstallRequestProto.newBuilder()
                .setTerm(request.term())
                .setLeader(request.leader().id())
                .setIndex(request.snapshotIndex())
                .setTimestamp(request.snapshotTimestamp())
                .setVersion(request.snapshotVersion())
                .setOffset(request.chunkOffset())
                .setComplete(request.complete())
                .setData(UnsafeByteOperations.unsafeWrap(request.data())));
  }

  static InstallRequest decode(InstallRequestProto proto) {
    return new InstallRequest(
        proto.getTerm(),
        MemberId.from(proto.getLeader()),
        proto.getIndex(),
        proto.getTimestamp(),
        proto.getVersion(),
        proto.getOffset(),
        proto.getData().toByteArray(),
        proto.getComplete());
  }

  static FrameProto.Builder encode(InstallResponse response) {
    return FrameProto.newBuilder()
        .setInstallResponse(
            InstallResponseProto.newBuilder()
                .setOk(isOk(response))
                .setError(encode(response.error())));
  }

  static InstallResponse decode(InstallResponseProto proto) {
    return new InstallResponse(status(proto.getOk()), decode(proto.getError()));
  }

  private static boolean isOk(RaftResponse response) {
    return response.status() == RaftResponse.Status.OK;
  }

  private static RaftResponse.Status status(boolean ok) {
    return ok ? RaftResponse.Status.OK : RaftResponse.Status.ERROR;
  }

  private static RaftErrorProto encode(@Nullable RaftError error) {
    if (error == null) {
      return RaftErrorProto.getDefaultInstance();
    }
    RaftErrorProto.Builder proto = RaftErrorProto.newBuilder().setType(error.type().name());
    if (error.message() != null) {
      proto.setMessage(error.message());
    }
    return proto.build();
  }

  private static @Nullable RaftError decode(RaftErrorProto proto) {
    if (proto.getType().isEmpty()) {
      return null;
    }
    return new RaftError(
        RaftError.Type.valueOf(proto.getType()),
        proto.getMessage().isEmpty() ? null : proto.getMessage());
  }
}
