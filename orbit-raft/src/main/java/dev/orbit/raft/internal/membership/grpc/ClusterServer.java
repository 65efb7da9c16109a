package dev.orbit.raft.internal.membership.grpc;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import io.grpc.BindableService;
import io.grpc.HandlerRegistry;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The Raft port of a voter whose engine has no traffic of its own. Thread-safe. */
public final class ClusterServer implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 1024 * 1024;
  private static final int MAX_CALLS_PER_CONNECTION = 1000;

  private final Services services = new Services();
  private final Server server;
  private final Endpoint endpoint;

  /**
   * Takes the port and serves nothing yet.
   *
   * @throws ConfigurationException if the port is taken
   */
  public ClusterServer(Environment environment, Endpoint listen) {
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(listen.host(), listen.port()))
              .executor(environment.virtualThreads())
              .fallbackHandlerRegistry(services)
              .maxInboundMessageSize(MAX_MESSAGE_BYTES)
              .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
              .permitKeepAliveTime(5, TimeUnit.SECONDS)
              .permitKeepAliveWithoutCalls(true)
              .build()
              .start();
    } catch (IOException e) {
      throw new ConfigurationException(
          ErrorCode.PORT_IN_USE,
          "the Raft port %s cannot be taken: %s; choose another or end who has it"
              .formatted(listen, e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
          e);
    }
    endpoint = new Endpoint(listen.host(), server.getPort());
  }

  /** Where it listens, with the port that it really has. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Serves {@code service} from now on. */
  public void add(BindableService service) {
    for (ServerMethodDefinition<?, ?> method : service.bindService().getMethods()) {
      services.byName.put(method.getMethodDescriptor().getFullMethodName(), method);
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  /** Services can come after the port is taken, when it is known who serves them. */
  private static final class Services extends HandlerRegistry {
    final Map<String, ServerMethodDefinition<?, ?>> byName = new ConcurrentHashMap<>();

    @Override
    public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
        String method, @Nullable String authority) {
      return byName.get(method);
    }
  }
}
