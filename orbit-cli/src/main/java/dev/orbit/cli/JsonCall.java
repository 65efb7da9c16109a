package dev.orbit.cli;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.InvocationRequestProto;
import dev.orbit.proto.wire.InvocationResponseErrorProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One call with JSON arguments over a stream of its own, as any program can make it that knows the
 * protocol and not the contract. Confined to one thread.
 */
final class JsonCall {
  private static final long MESSAGE_ID = 1;
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private final Endpoint gateway;
  private final Duration timeout;

  JsonCall(Endpoint gateway, Duration timeout) {
    this.gateway = gateway;
    this.timeout = timeout;
  }

  /** Calls and waits, at most a little longer than the timeout. */
  CallAnswer call(ActorAddress actor, String method, String arguments) throws InterruptedException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(gateway.host(), gateway.port())
            .usePlaintext()
            .disableRetry()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .build();
    try {
      CompletableFuture<CallAnswer> answer = new CompletableFuture<>();
      StreamObserver<MessageProto> node =
          ConnectionServiceGrpc.newStub(channel).openStream(new Answers(answer));
      node.onNext(request(actor, method, arguments));
      CallAnswer got = answer.get(timeout.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
      node.onCompleted();
      return got;
    } catch (TimeoutException e) {
      return new CallAnswer.Failure(
          ErrorCode.DEADLINE_DURING_EXECUTION.number(),
          "no answer from %s after %s".formatted(gateway, Text.seconds(timeout)),
          "");
    } catch (ExecutionException e) {
      return broken(Status.fromThrowable(e.getCause()));
    } finally {
      channel.shutdownNow();
    }
  }

  private MessageProto request(ActorAddress actor, String method, String arguments) {
    InvocationRequestProto invocation =
        InvocationRequestProto.newBuilder()
            .setReference(actor.toWire())
            .setMethod(method)
            .setArguments(arguments)
            .build();
    return MessageProto.newBuilder()
        .setMessageId(MESSAGE_ID)
        .setContent(MessageContentProto.newBuilder().setInvocationRequest(invocation))
        .setRemainingMicros(TimeUnit.MILLISECONDS.toMicros(timeout.toMillis()))
        .build();
  }

  private CallAnswer broken(Status status) {
    boolean neverConnected =
        status.getCode() == Status.Code.UNAVAILABLE
            && status.getCause() instanceof ConnectException;
    ErrorCode code = neverConnected ? ErrorCode.NODE_UNAVAILABLE : ErrorCode.CONNECTION_LOST;
    return new CallAnswer.Failure(
        code.number(), "the stream to %s broke: %s".formatted(gateway, status), "");
  }

  /** Completes with the first answer to our message. */
  private record Answers(CompletableFuture<CallAnswer> answer)
      implements StreamObserver<MessageProto> {
    @Override
    public void onNext(MessageProto message) {
      if (message.getMessageId() != MESSAGE_ID) {
        return;
      }
      MessageContentProto content = message.getContent();
      switch (content.getContentCase()) {
        case INVOCATION_RESPONSE -> {
          String value = content.getInvocationResponse().getValue();
          answer.complete(new CallAnswer.Value(value.isEmpty() ? "null" : value));
        }
        case INVOCATION_RESPONSE_ERROR -> {
          InvocationResponseErrorProto error = content.getInvocationResponseError();
          answer.complete(
              new CallAnswer.Failure(
                  error.getCode(), error.getDescription(), error.getRemoteType()));
        }
        case ERROR ->
            answer.complete(
                new CallAnswer.Failure(
                    content.getError().getCode(), content.getError().getDescription(), ""));
        default ->
            answer.complete(
                new CallAnswer.Failure(
                    ErrorCode.UNSUPPORTED_MESSAGE.number(),
                    "the node answered by " + content.getContentCase(),
                    ""));
      }
    }

    @Override
    public void onError(Throwable thrown) {
      answer.completeExceptionally(thrown);
    }

    @Override
    public void onCompleted() {
      answer.completeExceptionally(
          Status.UNAVAILABLE.withDescription("closed by the node").asRuntimeException());
    }
  }
}
