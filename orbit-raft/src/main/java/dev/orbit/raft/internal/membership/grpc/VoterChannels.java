package dev.orbit.raft.internal.membership.grpc;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Environment;
import dev.orbit.transport.internal.tls.Tls;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;

/**
 * One connection to each voter, made when it is first used, and which voter to ask at present.
 * Thread-safe.
 */
final class VoterChannels implements AutoCloseable {
  /** A whole view of the most members with long capabilities fits in it. */
  private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

  private final Environment environment;
  private final VoterClient.Options options;
  // Guarded by this.
  private final List<Voter> voters = new ArrayList<>();
  private int present;
  private boolean closed;

  private record Voter(String name, Endpoint endpoint, ManagedChannel channel) {}

  /** A voter to ask. */
  record Choice(int index, String name, Endpoint endpoint, Channel channel) {
    @Override
    public String toString() {
      return "voter %s at %s".formatted(name, endpoint);
    }
  }

  VoterChannels(
      Environment environment, VoterClient.Options options, SortedMap<String, Endpoint> endpoints) {
    this.environment = environment;
    this.options = options;
    endpoints.forEach((name, endpoint) -> voters.add(voter(name, endpoint)));
    this.present = environment.random().nextInt(voters.size());
  }

  private Voter voter(String name, Endpoint endpoint) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .disableRetry()
            .executor(environment.vitalThreads())
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(5, TimeUnit.SECONDS)
            .withOption(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(options.connectTimeout().toMillis()));
    Tls tls = options.tls();
    if (tls == null) {
      builder.usePlaintext();
    } else {
      builder
          .sslContext(tls.client())
          .intercept(tls.expecting(new NodeId(name, options.cluster())));
    }
    return new Voter(name, endpoint, builder.build());
  }

  /** From now on that voter is to be found there: what is under way to its old place fails. */
  void move(String name, Endpoint to) {
    ManagedChannel old = null;
    synchronized (this) {
      for (int i = 0; i < voters.size() && !closed; i++) {
        Voter voter = voters.get(i);
        if (voter.name().equals(name) && !voter.endpoint().equals(to)) {
          old = voter.channel();
          voters.set(i, voter(name, to));
        }
      }
    }
    if (old != null) {
      old.shutdownNow();
    }
  }

  /** The voter to ask now. */
  synchronized Choice present() {
    Voter voter = voters.get(present);
    return new Choice(present, voter.name(), voter.endpoint(), voter.channel());
  }

  /** Goes on to the next voter, unless somebody did already. */
  synchronized void avoid(Choice voter) {
    if (voter.index() == present) {
      present = (present + 1) % voters.size();
      // The channel's own backoff would keep refusing long after the voter is back.
      voters.get(present).channel().resetConnectBackoff();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    voters.forEach(voter -> voter.channel().shutdownNow());
  }
}
