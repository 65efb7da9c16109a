package dev.orbit.proto;

import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.BatchProto;
import dev.orbit.proto.wire.ConnectionInfoRequestProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageContentProto.ContentCase;
import dev.orbit.proto.wire.MessageProto;
import java.util.ArrayList;
import java.util.List;

/** {@link Content} to and from {@code MessageContentProto}: which converter is for what. */
final class Contents {
  private static final String MEMBERS = "content.batch.messages";

  private Contents() {}

  static MessageContentProto toProto(Content content) {
    MessageContentProto.Builder proto = MessageContentProto.newBuilder();
    switch (content) {
      case Content.Failure failure -> proto.setError(Invocations.toProto(failure));
      case Content.InfoRequest(boolean loadOnly) ->
          proto.setInfoRequest(ConnectionInfoRequestProto.newBuilder().setLoadOnly(loadOnly));
      case Content.InfoResponse info -> proto.setInfoResponse(Streams.toProto(info));
      case Content.InvocationRequest request ->
          proto.setInvocationRequest(Invocations.toProto(request));
      case Content.InvocationResponse response ->
          proto.setInvocationResponse(Invocations.toProto(response));
      case Content.InvocationError error ->
          proto.setInvocationResponseError(Invocations.toProto(error));
      case Content.Hello hello -> proto.setHello(Streams.toProto(hello));
      case Content.Batch(List<Message> messages) -> proto.setBatch(toBatch(messages));
      case Content.Chunk chunk -> proto.setChunk(Streams.toProto(chunk));
      case Content.Transfer transfer -> proto.setTransfer(Streams.toProto(transfer));
      case Content.Credit credit -> proto.setCredit(Streams.toProto(credit));
      case Content.Cancel cancel -> proto.setCancel(Streams.toProto(cancel));
      case Content.DirectoryRequest request ->
          proto.setDirectoryRequest(Directories.toProto(request));
      case Content.DirectoryResponse response ->
          proto.setDirectoryResponse(Directories.toProto(response));
      case Content.EntriesRequest request -> proto.setEntriesRequest(Entries.toProto(request));
      case Content.EntriesResponse response -> proto.setEntriesResponse(Entries.toProto(response));
      case Content.EntriesRefused _ -> proto.setEntriesResponse(Entries.refusal());
      case Content.LocationHint hint -> proto.setLocationHint(Entries.toProto(hint));
      case Content.LeaseRequest request -> proto.setLeaseRequest(Directories.toProto(request));
      case Content.LeaseResponse response -> proto.setLeaseResponse(Directories.toProto(response));
      case Content.Goodbye goodbye -> proto.setGoodbye(Streams.toProto(goodbye));
      case Content.GroupRequest request -> proto.setGroupRequest(Groups.toProto(request));
      case Content.GroupResponse response -> proto.setGroupResponse(Groups.toProto(response));
      case Content.WaitProbe probe -> proto.setWaitProbe(CallScopes.toProto(probe));
    }
    return proto.build();
  }

  static Content fromProto(MessageContentProto proto) {
    return switch (proto.getContentCase()) {
      case ERROR -> Invocations.fromProto(proto.getError());
      case INFO_REQUEST -> new Content.InfoRequest(proto.getInfoRequest().getLoadOnly());
      case INFO_RESPONSE -> Streams.fromProto(proto.getInfoResponse());
      case INVOCATION_REQUEST -> Invocations.fromProto(proto.getInvocationRequest());
      case INVOCATION_RESPONSE -> Invocations.fromProto(proto.getInvocationResponse());
      case INVOCATION_RESPONSE_ERROR -> Invocations.fromProto(proto.getInvocationResponseError());
      case HELLO -> Streams.fromProto(proto.getHello());
      case BATCH -> fromBatch(proto.getBatch());
      case CHUNK -> Streams.fromProto(proto.getChunk());
      case TRANSFER -> Streams.fromProto(proto.getTransfer());
      case CREDIT -> Streams.fromProto(proto.getCredit());
      case CANCEL -> Streams.fromProto(proto.getCancel());
      case DIRECTORY_REQUEST -> Directories.fromProto(proto.getDirectoryRequest());
      case DIRECTORY_RESPONSE -> Directories.fromProto(proto.getDirectoryResponse());
      case LEASE_REQUEST -> Directories.fromProto(proto.getLeaseRequest());
      case LEASE_RESPONSE -> Directories.fromProto(proto.getLeaseResponse());
      case ENTRIES_REQUEST -> Entries.fromProto(proto.getEntriesRequest());
      case ENTRIES_RESPONSE -> Entries.fromProto(proto.getEntriesResponse());
      case LOCATION_HINT -> Entries.fromProto(proto.getLocationHint());
      case GOODBYE -> Streams.fromProto(proto.getGoodbye());
      case GROUP_REQUEST -> Groups.fromProto(proto.getGroupRequest());
      case GROUP_RESPONSE -> Groups.fromProto(proto.getGroupResponse());
      case WAIT_PROBE -> CallScopes.fromProto(proto.getWaitProbe());
      case CONTENT_NOT_SET -> throw notSet(proto);
    };
  }

  private static ProtocolException notSet(MessageContentProto proto) {
    return Fields.noCase(
        "content",
        "error, info_request, info_response, invocation_request, invocation_response,"
            + " invocation_response_error or Orbit's own kinds",
        proto.getUnknownFields());
  }

  private static BatchProto toBatch(List<Message> messages) {
    BatchProto.Builder batch = BatchProto.newBuilder();
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i).content() instanceof Content.Batch) {
        throw nested(i);
      }
      batch.addMessages(Messages.toProto(messages.get(i)));
    }
    return batch.build();
  }

  private static Content fromBatch(BatchProto batch) {
    List<Message> messages = new ArrayList<>(batch.getMessagesCount());
    for (MessageProto member : batch.getMessagesList()) {
      int index = messages.size();
      if (isBatch(member)) {
        throw nested(index);
      }
      try {
        messages.add(Messages.fromProto(member));
      } catch (ProtocolException e) {
        throw new ProtocolException(e.code(), MEMBERS + "[" + index + "]." + e.description(), e);
      }
    }
    return new Content.Batch(messages);
  }

  static boolean isBatch(MessageProto proto) {
    return proto.getContent().getContentCase() == ContentCase.BATCH;
  }

  static ProtocolException nested(int index) {
    return Fields.violation(MEMBERS + "[" + index + "].content.batch", "batches do not nest");
  }
}
