package dev.orbit.transport;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.grpc.Transports;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Transports on loopback that find each other, and the messages that tests send. Closes what it has
 * made.
 */
final class TestCluster implements AutoCloseable, NodeResolver {
  static final String NAME = "test";

  /**
   * Short pauses, so that reconnecting takes no time worth mentioning, and TCP, as between hosts.
   */
  static final TransportConfig QUICK =
      TransportConfig.builder()
          .connectTimeout(Duration.ofSeconds(3))
          .initialBackoff(Duration.ofMillis(20))
          .maxBackoff(Duration.ofMillis(100))
          .unixSockets(false)
          .build();

  final SystemEnvironment environment = new SystemEnvironment();
  private final Map<NodeId, Endpoint> endpoints = new ConcurrentHashMap<>();
  private final Deque<Transport> transports = new ArrayDeque<>();

  static NodeId id(String key) {
    return new NodeId(key, NAME);
  }

  /** A node that listens and answers by {@code handler}. */
  Transport node(String key, MessageHandler handler) {
    return node(key, QUICK, 0, handler);
  }

  Transport node(String key, TransportConfig config, int port, MessageHandler handler) {
    return node(
        NodeIdentity.node(NAME, id(key), () -> 7, new Endpoint("127.0.0.1", port)),
        config,
        handler);
  }

  Transport node(NodeIdentity identity, TransportConfig config, MessageHandler handler) {
    NodeId id = identity.node().orElseThrow();
    Transport transport =
        Transports.node(
            environment,
            config,
            identity,
            this,
            () -> new Content.InfoResponse(id, List.of(), 3),
            new HealthBoard());
    transports.push(transport);
    transport.start(handler);
    endpoints.put(id, transport.listening().orElseThrow());
    return transport;
  }

  Transport client() {
    return client(QUICK, NAME);
  }

  Transport client(TransportConfig config, String cluster) {
    Transport transport =
        Transports.client(environment, config, NodeIdentity.client(cluster), this);
    transports.push(transport);
    return transport;
  }

  /** Makes the node findable at that endpoint. */
  void locate(NodeId node, Endpoint endpoint) {
    endpoints.put(node, endpoint);
  }

  @Override
  public Optional<Endpoint> resolveNode(NodeId node) {
    return Optional.ofNullable(endpoints.get(node));
  }

  @Override
  public void close() {
    transports.forEach(Transport::close);
    environment.close();
  }

  /** Answers every invocation with its own payload. */
  static MessageHandler echo() {
    return (message, replies) ->
        replies.reply(message.id(), new Content.InvocationResponse(""), message.payload());
  }

  static Message call(String payload) {
    return call(payload.getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(20));
  }

  static Message call(byte[] payload, Duration timeout) {
    Headers headers =
        Headers.NONE.withRemainingMicros(TimeUnit.NANOSECONDS.toMicros(timeout.toNanos()));
    return new Message(0, null, null, invocation(false), 0, headers, new Payload(1, payload));
  }

  static Content.InvocationRequest invocation(boolean oneWay) {
    return new Content.InvocationRequest(
        new AddressableReference("Echo", Key.of("a")),
        "echo",
        "",
        Content.InvocationReason.INVOCATION,
        oneWay);
  }

  static String text(Message message) {
    return message.payload() == null
        ? ""
        : new String(message.payload().bytes(), StandardCharsets.UTF_8);
  }

  /** What the answer failed with; fails the test if it came or never ends. */
  static Throwable failureOf(java.util.concurrent.CompletionStage<Message> answer)
      throws Exception {
    CompletableFuture<Message> future = answer.toCompletableFuture();
    try {
      Message message = future.get(30, TimeUnit.SECONDS);
      throw new AssertionError("was answered: " + message);
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  static Message answerOf(java.util.concurrent.CompletionStage<Message> answer) throws Exception {
    return answer.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
