package dev.orbit.transport.grpc;

import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.LearnedNodes;
import dev.orbit.transport.NodeIdentity;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.internal.GrpcTransport;
import java.util.function.Supplier;

/** Makes transports over gRPC. */
public final class Transports {
  private Transports() {}

  /**
   * The transport of a node. It listens once {@linkplain Transport#start started} and dials when it
   * is first asked to send.
   *
   * @param resolver tells where other nodes listen; asked anew at each attempt to connect
   * @param info what this node answers to who asks which node it is; must not block
   * @param health what the health services answer; stopped by {@link Transport#drain} and {@link
   *     Transport#close}
   */
  public static Transport node(
      Environment environment,
      TransportConfig config,
      NodeIdentity identity,
      NodeResolver resolver,
      Supplier<Content.InfoResponse> info,
      HealthBoard health) {
    if (identity.node().isEmpty()) {
      throw new IllegalArgumentException("a node needs a name and an endpoint to listen on");
    }
    return new GrpcTransport(environment, config, identity, resolver, info, health);
  }

  /**
   * The transport of a client, which only dials; it need not be started.
   *
   * @param resolver tells where nodes listen, such as {@link LearnedNodes}
   */
  public static Transport client(
      Environment environment,
      TransportConfig config,
      NodeIdentity identity,
      NodeResolver resolver) {
    if (identity.node().isPresent()) {
      throw new IllegalArgumentException("a client has no node name");
    }
    Supplier<Content.InfoResponse> nobody =
        () -> {
          throw new IllegalStateException("a client has no node to tell about");
        };
    return new GrpcTransport(environment, config, identity, resolver, nobody, new HealthBoard());
  }
}
