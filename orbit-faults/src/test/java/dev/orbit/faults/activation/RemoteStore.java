package dev.orbit.faults.activation;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.api.state.StoredState;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of {@link StoreProcess}, from another host. Each question has a connection to itself;
 * after its answer another may use it.
 */
final class RemoteStore implements StateStore {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteStore.class);
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(3);

  private final InetSocketAddress address;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

  private record Connection(Socket socket, DataInputStream in, DataOutputStream out) {
    void close() {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.debug("it is not used again either way", e);
      }
    }
  }

  RemoteStore(Endpoint endpoint) {
    this.address = new InetSocketAddress(endpoint.host(), endpoint.port());
  }

  @Override
  public StoredState claim(StateKey key, Fence fence) {
    return ask(new StoreLine.Question(key, fence, Optional.empty()), ErrorCode.STORE_UNAVAILABLE);
  }

  @Override
  public long write(StateKey key, long expectedVersion, Fence fence, Optional<byte[]> value) {
    StoreLine.Write write = new StoreLine.Write(expectedVersion, value);
    return ask(
            new StoreLine.Question(key, fence, Optional.of(write)), ErrorCode.WRITE_OUTCOME_UNKNOWN)
        .version();
  }

  private StoredState ask(StoreLine.Question question, ErrorCode whenLost) {
    Connection connection = connection();
    try {
      StoreLine.write(connection.out(), question);
      StoreLine.Answer answer = StoreLine.answer(connection.in());
      idle.push(connection);
      return switch (answer) {
        case StoreLine.Answer.Done(StoredState stored) -> stored;
        case StoreLine.Answer.Refused(String code, String description) ->
            throw new StorageException(ErrorCode.valueOf(code), description);
      };
    } catch (IOException e) {
      connection.close();
      throw new StorageException(whenLost, "%s: %s".formatted(address, e), e);
    }
  }

  private Connection connection() {
    @Nullable Connection present = idle.poll();
    if (present != null) {
      return present;
    }
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(address, (int) CONNECT.toMillis());
      socket.setSoTimeout((int) ANSWER.toMillis());
      return new Connection(
          socket,
          new DataInputStream(new BufferedInputStream(socket.getInputStream())),
          new DataOutputStream(new BufferedOutputStream(socket.getOutputStream())));
    } catch (IOException e) {
      throw new StorageException(ErrorCode.STORE_UNAVAILABLE, "%s: %s".formatted(address, e), e);
    }
  }

  @Override
  public void close() {
    idle.forEach(Connection::close);
  }
}
