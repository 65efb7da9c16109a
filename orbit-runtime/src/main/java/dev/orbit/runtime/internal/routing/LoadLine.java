package dev.orbit.runtime.internal.routing;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.placement.NodeLoad;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Target;
import dev.orbit.runtime.internal.placement.LoadBoard;
import dev.orbit.transport.Transport;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Asks members over the transport what they have to do. Thread-safe; never blocks. */
final class LoadLine implements LoadBoard.Line {
  private static final long TIMEOUT_MICROS = TimeUnit.SECONDS.toMicros(5);

  private final Transport transport;

  LoadLine(Transport transport) {
    this.transport = transport;
  }

  @Override
  public CompletionStage<NodeLoad> ask(MemberId member) {
    Headers headers =
        Headers.NONE.withRemainingMicros(TIMEOUT_MICROS).withTarget(0, member.incarnation());
    Message question =
        new Message(
            0,
            null,
            new Target.Unicast(member.node()),
            new Content.InfoRequest(true),
            0,
            headers,
            null);
    return transport
        .request(member.node(), question)
        .thenApply(answer -> load(member, answer.content()));
  }

  private static NodeLoad load(MemberId member, Content answer) {
    if (answer instanceof Content.InfoResponse info && info.load().isPresent()) {
      return info.load().get();
    }
    throw OrbitException.of(ErrorCode.PROTOCOL_VIOLATION, member + " does not say its load");
  }
}
