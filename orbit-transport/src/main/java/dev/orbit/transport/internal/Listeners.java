package dev.orbit.transport.internal;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.transport.HealthBoard;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of a node: one for the TCP port and, where there is a {@link SameHost short way}, one
 * beside it, with the same services. Thread-safe.
 */
final class Listeners {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  /** How long calls that do not end by themselves are waited for once they have been broken off. */
  private static final Duration BROKEN_OFF = Duration.ofSeconds(2);

  private final Environment environment;
  private final Endpoint endpoint;
  private final List<Server> servers;

  private Listeners(Environment environment, Endpoint endpoint, List<Server> servers) {
    this.environment = environment;
    this.endpoint = endpoint;
    this.servers = List.copyOf(servers);
  }

  /**
   * Listens.
   *
   * @throws ConfigurationException if that is not possible there
   */
  static Listeners start(
      Shared shared, Endpoint wanted, InboundStreams streams, HealthBoard health) {
    InetSocketAddress address = new InetSocketAddress(wanted.host(), wanted.port());
    if (address.isUnresolved()) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "cannot listen on %s: the host name is not known to the system".formatted(wanted));
    }
    List<Server> servers = new ArrayList<>();
    try {
      Server first = server(shared, address, streams, health).start();
      servers.add(first);
      if (shared.io().sameHost().isPresent()) {
        servers.add(beside(shared, address, first.getPort(), streams, health));
      }
      return new Listeners(
          shared.environment(), new Endpoint(wanted.host(), first.getPort()), servers);
    } catch (IOException e) {
      throw cannotListen(wanted, e);
    } catch (ConfigurationException e) {
      servers.forEach(Server::shutdownNow);
      throw e;
    }
  }

  private static Server beside(
      Shared shared,
      InetSocketAddress address,
      int port,
      InboundStreams streams,
      HealthBoard health) {
    DomainSocketAddress name = SameHost.beside(new InetSocketAddress(address.getAddress(), port));
    try {
      return server(shared, name, streams, health).start();
    } catch (IOException e) {
      // Whoever has the name would be asked in place of this node.
      throw new ConfigurationException(
          ErrorCode.PORT_IN_USE,
          "cannot listen on the Unix domain socket @%s, which another process may have: %s; stop it, choose another port, or turn transport unixSockets off"
              .formatted(SameHost.text(name), e.getMessage()),
          e);
    }
  }

  private static Server server(
      Shared shared, SocketAddress address, InboundStreams streams, HealthBoard health) {
    NettyServerBuilder builder =
        shared
            .io()
            .server(address)
            .callExecutor(
                new ByLength(
                    shared.environment().virtualThreads(),
                    ConnectionServiceGrpc.getGetConnectionInfoMethod().getFullMethodName()))
            .addService(new StreamService(shared, streams).definition());
    HealthServices.of(health).forEach(builder::addService);
    return builder.build();
  }

  private static ConfigurationException cannotListen(Endpoint wanted, IOException e) {
    boolean taken = false;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      // The native transport reports the error with a class of its own.
      taken |=
          cause instanceof BindException || String.valueOf(cause.getMessage()).contains("in use");
    }
    return taken
        ? new ConfigurationException(
            ErrorCode.PORT_IN_USE,
            "port %d on %s is taken by another process; choose another port or stop that process"
                .formatted(wanted.port(), wanted.host()),
            e)
        : new ConfigurationException(
            ErrorCode.BAD_CONFIGURATION,
            "cannot listen on %s: %s".formatted(wanted, e.getMessage()),
            e);
  }

  /** Where the TCP port is. */
  Endpoint endpoint() {
    return endpoint;
  }

  /** Listens no more, and ends what is still open after so long. */
  void close(Duration lastWords) {
    servers.forEach(Server::shutdown);
    try {
      if (!terminate(lastWords)) {
        servers.forEach(Server::shutdownNow);
        if (!terminate(BROKEN_OFF)) {
          log.warn("endpoint={} calls do not end", endpoint);
        }
      }
    } catch (InterruptedException e) {
      servers.forEach(Server::shutdownNow);
      Thread.currentThread().interrupt();
    }
  }

  private boolean terminate(Duration bound) throws InterruptedException {
    long end = environment.nanoTime() + bound.toNanos();
    for (Server server : servers) {
      if (!server.awaitTermination(
          Math.max(0, end - environment.nanoTime()), TimeUnit.NANOSECONDS)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Streams and health stay on the event loop, where turns that compute cannot keep them waiting.
   * The description of a node is as long as its cluster is large, and would hold a loop up.
   */
  private record ByLength(Executor virtualThreads, String description)
      implements ServerCallExecutorSupplier {
    @Override
    public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata metadata) {
      return call.getMethodDescriptor().getFullMethodName().equals(description)
          ? virtualThreads
          : Runnable::run;
    }
  }
}
