package dev.orbit.runtime.internal.routing;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Target;
import dev.orbit.runtime.internal.placement.BarrierAsker;
import dev.orbit.transport.Transport;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Asks members over the transport. Thread-safe. */
final class BarrierClient implements BarrierAsker {
  private static final long TIMEOUT_MICROS = TimeUnit.SECONDS.toMicros(8);

  private final Transport transport;

  BarrierClient(Transport transport) {
    this.transport = transport;
  }

  @Override
  public CompletionStage<List<Integer>> ask(MemberId member, long viewVersion) {
    Headers headers =
        Headers.NONE
            .withRemainingMicros(TIMEOUT_MICROS)
            .withTarget(viewVersion, member.incarnation());
    Message message =
        new Message(
            0,
            null,
            new Target.Unicast(member.node()),
            new Content.ViewBarrierRequest(viewVersion),
            0,
            headers,
            null);
    return transport
        .request(member.node(), message)
        .thenApply(
            answer -> {
              if (answer.content()
                      instanceof Content.ViewBarrierResponse(long applied, List<Integer> busy)
                  && applied >= viewVersion) {
                return busy;
              }
              throw new NotExecutedException(
                  ErrorCode.NOT_OWNER, "%s answered %s".formatted(member, answer.content()));
            });
  }
}
