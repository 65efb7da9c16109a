package dev.orbit.faults.activation;

import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.api.state.StoredState;
import dev.orbit.faults.Stamps;
import dev.orbit.runtime.state.JdbcStateStore;
import dev.orbit.transport.env.SystemEnvironment;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One store for all nodes: the runtime's own on SQLite, in a process that no fault stops. A node
 * that is stopped while it holds a lock of a file it shares with others stops them too, and that
 * would be all that a run shows.
 *
 * <p>It stamps what it accepted, in the order in which it did: {@code claimed} with actor, fence
 * and version found, {@code wrote} with actor, fence, new version and value.
 *
 * <p>Arguments: its address, the file, the directory of stamps. It says {@code ready}; told {@code
 * finish}, when nobody asks any more, it says {@code finished}. It ends when its input does.
 */
final class StoreProcess {
  static final int PORT = 7700;

  private static final Logger LOG = LoggerFactory.getLogger(StoreProcess.class);

  private final StateStore store;
  private final Stamps stamps;
  private final ConcurrentHashMap<StateKey, Object> order = new ConcurrentHashMap<>();

  private StoreProcess(StateStore store, Stamps stamps) {
    this.store = store;
    this.stamps = stamps;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    StoreProcess process =
        new StoreProcess(
            JdbcStateStore.sqlite(new SystemEnvironment(), Path.of(arguments[1])),
            Stamps.open(Path.of(arguments[2]), "store"));
    ServerSocket listening = new ServerSocket(PORT, 200, InetAddress.getByName(arguments[0]));
    Thread.ofPlatform().daemon().start(() -> process.accept(listening));
    System.out.println("ready");
    Input.obey(words -> System.out.println("finished"));
  }

  private void accept(ServerSocket listening) {
    while (true) {
      try {
        Socket socket = listening.accept();
        socket.setTcpNoDelay(true);
        Thread.startVirtualThread(() -> serve(socket));
      } catch (IOException e) {
        throw new IllegalStateException("nobody can reach the store any more", e);
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()))) {
      while (true) {
        StoreLine.write(out, answer(StoreLine.question(in)));
      }
    } catch (IOException e) {
      LOG.debug("who asked is gone, or has given up", e);
    }
  }

  private StoreLine.Answer answer(StoreLine.Question question) {
    // What one actor's state has accepted is stamped in that order.
    synchronized (order.computeIfAbsent(question.key(), key -> new Object())) {
      try {
        return new StoreLine.Answer.Done(
            question.write().isEmpty() ? claim(question) : write(question));
      } catch (StorageException e) {
        return new StoreLine.Answer.Refused(e.code().name(), e.description());
      }
    }
  }

  private StoredState claim(StoreLine.Question question) {
    StoredState stored = store.claim(question.key(), question.fence());
    stamps.add(
        "claimed",
        question.key().actor(),
        question.fence().view(),
        question.fence().counter(),
        stored.version());
    return stored;
  }

  private StoredState write(StoreLine.Question question) {
    StoreLine.Write write = question.write().orElseThrow();
    long version =
        store.write(question.key(), write.expectedVersion(), question.fence(), write.value());
    stamps.add(
        "wrote",
        question.key().actor(),
        question.fence().view(),
        question.fence().counter(),
        version,
        write.value().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("-"));
    return new StoredState(version, Optional.empty());
  }
}
