package dev.orbit.client.internal.gateway;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.client.internal.call.GroupInvocation;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.call.Invoker;
import dev.orbit.client.internal.call.RefusedElsewhere;
import dev.orbit.client.internal.call.RetryPolicy;
import dev.orbit.client.internal.call.Retrying;
import dev.orbit.client.internal.codec.Codecs;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.transport.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends a client's calls to its gateway and repeats those that surely did not run, each time
 * through the gateway of the moment.
 *
 * <p>Thread-safe; never blocks.
 */
public final class GatewayInvoker implements Invoker, AutoCloseable {
  /**
   * Larger results are not decoded on the thread that reads the connection: all other answers would
   * wait.
   */
  private static final int INLINE_BYTES = 16 * 1024;

  private final Environment environment;
  private final Transport transport;
  private final GatewayChoice choice;
  private final Supplier<Codecs> codecs;
  private final Retrying retrying;

  /**
   * An invoker.
   *
   * @param codecs asked at each call, because codecs need references and references need the
   *     invoker
   */
  public GatewayInvoker(
      Environment environment, Transport transport, GatewayChoice choice, Supplier<Codecs> codecs) {
    this.environment = environment;
    this.transport = transport;
    this.choice = choice;
    this.codecs = codecs;
    this.retrying = new Retrying(environment, RetryPolicy.DEFAULT, transport.repetitions());
  }

  /** Makes no further attempts; calls under way end with the one they make. */
  @Override
  public void close() {
    retrying.close();
  }

  /** Which node each call goes to. */
  GatewayChoice choice() {
    return choice;
  }

  /** What repeats calls, and counts that. */
  Retrying retrying() {
    return retrying;
  }

  @Override
  public void check(ActorContract contract) {
    codecs.get().check(contract);
  }

  @Override
  @SuppressWarnings("NullAway") // It does not see that a lambda's T is the nullable one given.
  public CompletionStage<@Nullable Object> invoke(Invocation invocation) {
    Payload arguments;
    try {
      arguments = codecs.get().encodeArguments(invocation.method(), invocation.arguments());
    } catch (OrbitException e) {
      return CompletableFuture.failedFuture(e);
    }
    long deadline = invocation.context().deadlineNanos();
    if (!invocation.method().traits().readOnly() || !choice.hedging().isOn()) {
      return retrying.<@Nullable Object>call(
          deadline, attempts -> attempt(invocation, arguments, attempts, choice.pick(null)));
    }
    return retrying.<@Nullable Object>call(
        deadline,
        attempts -> {
          AtomicReference<@Nullable NodeId> first = new AtomicReference<>();
          return choice
              .hedging()
              .<@Nullable Object>call(
                  second -> {
                    NodeId gateway = choice.pick(second ? first.get() : null);
                    first.set(gateway);
                    return attempt(invocation, arguments, attempts, gateway);
                  });
        });
  }

  @Override
  public CompletionStage<Content.GroupResponse> gather(GroupInvocation invocation) {
    Payload arguments;
    try {
      arguments = codecs.get().encodeArguments(invocation.method(), invocation.arguments());
    } catch (OrbitException e) {
      return CompletableFuture.failedFuture(e);
    }
    return retrying.call(
        invocation.context().deadlineNanos(),
        attempts -> gatherOnce(invocation, arguments, attempts));
  }

  private CompletionStage<Content.GroupResponse> gatherOnce(
      GroupInvocation invocation, Payload arguments, int attempts) {
    NodeId gateway = choice.pick(null);
    Message request =
        new Message(
            0,
            null,
            null,
            invocation.content(),
            attempts,
            invocation.context().headers(environment.nanoTime()),
            arguments);
    return transport
        .request(gateway, request)
        .handle(
            (answer, failure) -> {
              if (failure == null && answer.content() instanceof Content.GroupResponse response) {
                return response;
              }
              if (failure == null) {
                throw asFromAfar(notGathered(answer, invocation));
              }
              Throwable reason = unwrap(failure);
              judge(gateway, reason);
              throw reason instanceof RuntimeException known
                  ? known
                  : new CompletionException(reason);
            });
  }

  private static OrbitException notGathered(Message answer, GroupInvocation invocation) {
    return answer.content() instanceof Content.Failure failure
        ? OrbitException.of(
            failure.code().orElse(ErrorCode.PROTOCOL_VIOLATION),
            "%s: %s".formatted(invocation, failure.description()))
        : new ProtocolException(
            ErrorCode.PROTOCOL_VIOLATION,
            "%s was answered by a %s; it may have run"
                .formatted(invocation, answer.content().getClass().getSimpleName()));
  }

  @Override
  public @Nullable Object decode(MethodContract method, Payload result) {
    return codecs.get().decodeResult(method, result, "");
  }

  private CompletionStage<@Nullable Object> attempt(
      Invocation invocation, Payload arguments, int attempts, NodeId gateway) {
    long now = environment.nanoTime();
    if (invocation.context().isExpired(now)) {
      throw new NotExecutedException(
          ErrorCode.DEADLINE_BEFORE_EXECUTION,
          "%s was not sent: its deadline passed first, after %d attempts"
              .formatted(invocation, attempts));
    }
    Message request = message(invocation, arguments, attempts, now);
    return invocation.method().oneWay()
        ? send(gateway, request)
        : request(gateway, request, invocation);
  }

  private static Message message(Invocation invocation, Payload arguments, int attempts, long now) {
    Content content =
        new Content.InvocationRequest(
            invocation.target(),
            invocation.method().wireName(),
            "",
            Content.InvocationReason.INVOCATION,
            invocation.method().oneWay());
    return new Message(
        0, null, null, content, attempts, invocation.context().headers(now), arguments);
  }

  private CompletionStage<@Nullable Object> send(NodeId gateway, Message request) {
    try {
      transport.send(gateway, request);
      return CompletableFuture.completedFuture(null);
    } catch (OrbitException e) {
      judge(gateway, e);
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletionStage<@Nullable Object> request(
      NodeId gateway, Message request, Invocation invocation) {
    GatewayChoice.Passage passage = choice.begin(gateway);
    CompletableFuture<Message> answer = transport.request(gateway, request).toCompletableFuture();
    CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
    var _ =
        answer.whenComplete(
            (message, failure) -> {
              if (failure == null) {
                if (isRefusal(message)) {
                  passage.failed();
                } else {
                  passage.answered();
                }
                accept(message, gateway, invocation, result);
              } else {
                Throwable reason = unwrap(failure);
                if (judge(gateway, reason)) {
                  passage.failed();
                } else {
                  passage.ended();
                }
                result.completeExceptionally(reason);
              }
            });
    var _ =
        result.whenComplete(
            (_, _) -> {
              if (result.isCancelled()) {
                answer.cancel(true);
              }
            });
    return result;
  }

  /** One that refuses all it gets answers faster than those that work. */
  private static boolean isRefusal(Message answer) {
    return answer.content() instanceof Content.InvocationError error
        && error.code().filter(GatewayInvoker::isOfTheGateway).isPresent();
  }

  private static boolean isOfTheGateway(ErrorCode code) {
    return code == ErrorCode.SHUTTING_DOWN || code == ErrorCode.LEASE_LOST;
  }

  private void accept(
      Message answer,
      NodeId gateway,
      Invocation invocation,
      CompletableFuture<@Nullable Object> result) {
    if (size(answer) > INLINE_BYTES) {
      environment.virtualThreads().execute(() -> settle(answer, gateway, invocation, result));
    } else {
      settle(answer, gateway, invocation, result);
    }
  }

  private static int size(Message answer) {
    Payload payload = answer.payload();
    int text = answer.content() instanceof Content.InvocationResponse r ? r.value().length() : 0;
    return payload == null ? text : payload.bytes().length;
  }

  private void settle(
      Message answer,
      NodeId gateway,
      Invocation invocation,
      CompletableFuture<@Nullable Object> result) {
    try {
      result.complete(read(answer, invocation));
    } catch (OrbitException e) {
      if (isOfTheGateway(e.code())) {
        choice.gateways().failed(gateway, e);
      }
      result.completeExceptionally(asFromAfar(e));
    } catch (RuntimeException e) {
      // Decoding runs code of the user's types. It must not take the connection's reader with it.
      result.completeExceptionally(
          OrbitException.of(
              ErrorCode.BAD_RESULT,
              "%s: the result cannot be read: %s".formatted(invocation, e),
              e));
    }
  }

  /** What the gateway has answered, so that to repeat it is to send it twice. */
  private static RuntimeException asFromAfar(OrbitException answer) {
    return answer instanceof NotExecutedException refused ? new RefusedElsewhere(refused) : answer;
  }

  private @Nullable Object read(Message answer, Invocation invocation) {
    Content content = answer.content();
    if (content instanceof Content.InvocationResponse response) {
      return codecs.get().decodeResult(invocation.method(), answer.payload(), response.value());
    }
    if (content instanceof Content.InvocationError error) {
      throw ErrorMapping.toException(error, invocation);
    }
    if (content instanceof Content.Failure failure) {
      throw ErrorMapping.toException(failure, invocation);
    }
    throw new ProtocolException(
        ErrorCode.PROTOCOL_VIOLATION,
        "%s was answered by a %s; it may have run"
            .formatted(invocation, content.getClass().getSimpleName()));
  }

  /**
   * Only what the transport itself reports says something about the gateway.
   *
   * @return whether it does
   */
  private boolean judge(NodeId gateway, Throwable failure) {
    boolean gatewayIsLost =
        (failure instanceof NotExecutedException e && e.code() == ErrorCode.NODE_UNAVAILABLE)
            || (failure instanceof OutcomeUnknownException u
                && u.code() == ErrorCode.CONNECTION_LOST);
    if (gatewayIsLost) {
      choice.gateways().failed(gateway, failure);
    }
    return gatewayIsLost;
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
