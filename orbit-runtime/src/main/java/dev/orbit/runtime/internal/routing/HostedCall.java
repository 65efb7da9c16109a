package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OverloadedException;
import dev.orbit.client.internal.codec.Codecs;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.hosting.Answer;
import dev.orbit.runtime.internal.hosting.Call;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that came encoded, of an actor that this node may host: from its mailbox to its answer in
 * one object. Cancelling it takes it out of its queue, or interrupts its turn.
 */
final class HostedCall extends Way implements Answer {
  private final LocalHost host;
  private final MethodContract method;
  private final Call call;

  HostedCall(LocalHost host, RoutedCall routed, Onward onward, MethodContract method) {
    super(routed, onward);
    this.host = host;
    this.method = method;
    this.call = new Call(routed.target(), method, routed.context(), this::arguments, this);
  }

  /** As it waits for its turn. */
  Call call() {
    return call;
  }

  private @Nullable Object[] arguments() {
    return host.codecs().decodeArguments(method, routed().payload(), routed().text());
  }

  @Override
  public Optional<NodeId> sender() {
    return routed().passedOn().sender();
  }

  @Override
  public long credit() {
    return routed().credit();
  }

  @Override
  public boolean isHeard() {
    return !routed().oneWay() || sender().isEmpty();
  }

  @Override
  public void noRoom(OverloadedException reason, long number) {
    complete(new Reply(ErrorMapping.refused(reason).withCredit(number), null));
  }

  @Override
  public void returned(@Nullable Object value) {
    try {
      Codecs.EncodedResult result =
          host.codecs().encodeResult(method, value, routed().payload() == null);
      complete(new Reply(new Content.InvocationResponse(result.text()), result.payload()));
    } catch (OrbitException e) {
      refused(e);
    }
  }

  @Override
  public void threw(Throwable failure) {
    complete(new Reply(ErrorMapping.threw(failure, method), null));
  }

  @Override
  public void refused(OrbitException reason) {
    complete(Reply.refused(reason));
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    boolean cancelled = super.cancel(mayInterrupt);
    if (cancelled) {
      host.callOff(call);
    }
    return cancelled;
  }
}
