package dev.orbit.raft.internal.grpc;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.transport.internal.tls.Tls;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC server on a voter's Raft port. It carries the voters' own service and whatever other
 * services nodes ask of a voter. Thread-safe.
 */
public final class RaftServer implements AutoCloseable {
  /** A snapshot's chunk or an append request is far below; what is above is no voter's. */
  static final int MAX_MESSAGE_BYTES = 16 << 20;

  private final Server server;
  private final Endpoint endpoint;

  private RaftServer(Server server, Endpoint endpoint) {
    this.server = server;
    this.endpoint = endpoint;
  }

  /**
   * Listens.
   *
   * @param listen where; port 0 lets the system choose
   * @param services run on gRPC's event loop: they must not block
   * @throws ConfigurationException if the port is taken or the address is not this machine's
   */
  public static RaftServer start(Endpoint listen, List<? extends BindableService> services) {
    return start(listen, services, null, null);
  }

  /**
   * As {@link #start(Endpoint, List)}, with services that may block.
   *
   * @param executor runs the calls of all services but the voters' own; null for the event loop
   * @param tls what peers must prove; null for nothing, in the clear
   */
  public static RaftServer start(
      Endpoint listen,
      List<? extends BindableService> services,
      @Nullable Executor executor,
      @Nullable Tls tls) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(listen.host(), listen.port()))
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    if (executor != null) {
      builder.callExecutor(new ExecutorByService(executor));
    }
    if (tls != null) {
      builder.sslContext(tls.server()).intercept(tls.gate());
    }
    services.forEach(builder::addService);
    Server server = builder.build();
    try {
      server.start();
    } catch (IOException e) {
      throw refused(listen, e);
    }
    return new RaftServer(server, new Endpoint(listen.host(), server.getPort()));
  }

  private static ConfigurationException refused(Endpoint listen, IOException e) {
    Throwable cause = e;
    while (cause.getCause() != null && !(cause instanceof BindException)) {
      cause = cause.getCause();
    }
    String why = String.valueOf(cause.getMessage());
    if (why.contains("in use")) {
      return new ConfigurationException(
          ErrorCode.PORT_IN_USE,
          "the Raft port %s is taken; stop what listens there or choose another port"
              .formatted(listen),
          e);
    }
    return new ConfigurationException(
        ErrorCode.BAD_CONFIGURATION,
        "cannot listen for Raft on %s: %s; name an address of this machine".formatted(listen, why),
        e);
  }

  /** Where it listens, with the port that was given to it. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Ends every stream and gives the port back. Idempotent. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
