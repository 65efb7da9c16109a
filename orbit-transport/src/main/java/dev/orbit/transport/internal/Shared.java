package dev.orbit.transport.internal;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Messages;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.TransportConfig;
import io.grpc.MethodDescriptor;

/** What all parts of one transport share. */
record Shared(
    Environment environment,
    TransportConfig config,
    NodeIdentity identity,
    NodeResolver resolver,
    NettyIo io,
    MethodDescriptor<Frame, Frame> openStream) {
  /**
   * The protocol that this code speaks. An end takes every other version from 1 up, and ignores
   * what it does not know.
   */
  static final int PROTOCOL_VERSION = 1;

  /**
   * How many gRPC messages are under way to a listener before it asks for more; half of them are
   * asked for at a time.
   */
  static final int PREFETCH = 64;

  /** The greeting of this end. */
  MessageProto hello() {
    return Messages.toProto(
        fromHere(
            Message.of(
                0,
                new Content.Hello(
                    PROTOCOL_VERSION,
                    identity.cluster(),
                    identity.node(),
                    identity.incarnation().getAsLong(),
                    config.maxMessageBytes(),
                    config.batchMessages() > 1)),
            0));
  }

  /** The message with this end as its source. */
  Message fromHere(Message message, long id) {
    NodeId source = identity.node().orElse(null);
    Headers headers = message.headers();
    if (source != null && headers.sourceIncarnation() == 0) {
      long incarnation = identity.incarnation().getAsLong();
      if (incarnation != 0) {
        headers = headers.withSourceIncarnation(incarnation);
      }
    }
    return new Message(
        id,
        source,
        message.target(),
        message.content(),
        message.attempts(),
        headers,
        message.payload());
  }
}
