package dev.orbit.transport.internal;

import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.proto.Envelope;
import dev.orbit.proto.Message;
import dev.orbit.proto.MessageEncoder;
import dev.orbit.transport.BulkConfig;
import dev.orbit.transport.CompressionConfig.Algorithm;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.internal.compression.FrameCodecs;
import io.grpc.MethodDescriptor;

/** What all parts of one transport share. */
record Shared(
    Environment environment,
    TransportConfig config,
    NodeIdentity identity,
    NodeResolver resolver,
    NettyIo io,
    MethodDescriptor<Frame, Frame> openStream,
    MessageEncoder encoder,
    Counters counters,
    Generations generations) {
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

  /**
   * The greeting of this end.
   *
   * @param succession in place of which streams it has opened this one; none where the other end
   *     has opened it
   */
  Outgoing hello(Content.Succession succession) {
    BulkConfig bulk = config.bulk();
    return alone(
        new Content.Hello(
            PROTOCOL_VERSION,
            identity.cluster(),
            identity.node(),
            identity.incarnation().getAsLong(),
            config.maxMessageBytes(),
            config.batchMessages() > 1,
            FrameCodecs.takenNumbers(),
            succession,
            new Content.Bulk(
                bulk.maxBytes(),
                bulk.windowBytes(),
                succession.connection() == BulkLane.CONNECTION)));
  }

  /** How frames are deflated for an end that has greeted so. */
  Algorithm deflating(Content.Hello hello) {
    Algorithm wanted = config.compression().algorithm();
    return hello.takesEncodings().contains(wanted.number()) && FrameCodecs.has(wanted)
        ? wanted
        : Algorithm.NONE;
  }

  /** A message that stands by itself, never in a batch. */
  Outgoing alone(Content content) {
    return Outgoing.alone(
        envelope(Message.of(0, content)),
        new Outgoing.Times(environment.nanoTime(), 0, isUrgent(content)));
  }

  /**
   * Whether such a message goes before calls and their results: what ends tell each other to keep
   * the cluster and the stream going, which is little and never waits for anything. A goodbye goes
   * last.
   */
  static boolean isUrgent(Content content) {
    if (content instanceof Content.InvocationRequest
        || content instanceof Content.InvocationResponse) {
      // Nearly all are, and the switch below costs more.
      return false;
    }
    return switch (content) {
      case Content.InvocationRequest _,
          Content.InvocationResponse _,
          Content.InvocationError _,
          Content.GroupRequest _,
          Content.GroupResponse _,
          Content.Batch _,
          Content.Chunk _,
          Content.Goodbye _ ->
          false;
      case Content.Hello _,
          Content.Failure _,
          Content.InfoRequest _,
          Content.InfoResponse _,
          Content.Transfer _,
          Content.Credit _,
          Content.Cancel _,
          Content.DirectoryRequest _,
          Content.DirectoryResponse _,
          Content.EntriesRequest _,
          Content.EntriesResponse _,
          Content.EntriesRefused _,
          Content.LocationHint _,
          Content.LeaseRequest _,
          Content.LeaseResponse _,
          Content.WaitProbe _ ->
          true;
    };
  }

  /**
   * What is written of the message beside its id, the time that is left and the payload, with this
   * end as its source.
   */
  Envelope envelope(Message message) {
    long incarnation = identity.node().isPresent() ? identity.incarnation().getAsLong() : 0;
    Envelope envelope = encoder.encode(message, incarnation);
    if (!(message.content() instanceof Content.InvocationRequest
        || message.content() instanceof Content.InvocationResponse)) {
      // What a rare kind holds, results of a group of calls too, protobuf has copied there.
      counters.copiesOut.copied(envelope.length());
    }
    return envelope;
  }
}
