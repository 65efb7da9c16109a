package dev.orbit.raft.internal.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.raft.FrameProto;
import dev.orbit.proto.raft.HelloProto;
import dev.orbit.proto.raft.PollRequestProto;
import dev.orbit.proto.raft.PollResponseProto;
import dev.orbit.proto.raft.PulseProto;
import dev.orbit.proto.raft.RaftPeerGrpc;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.transport.env.SystemEnvironment;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RaftPortIT {
  private static final Endpoint ANY = new Endpoint("127.0.0.1", 0);

  private final SystemEnvironment environment = new SystemEnvironment();
  private final Queue<AutoCloseable> opened = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
    environment.close();
  }

  /** Remembers nobody and is nobody in particular. */
  private static final class Strangers implements PeerIdentity {
    private final String self;
    final Queue<String> disowned = new ConcurrentLinkedQueue<>();

    Strangers(String self) {
      this.self = self;
    }

    private static Store storeOf(String voter) {
      return new Store(ByteString.copyFromUtf8("store of " + voter), 0);
    }

    @Override
    public Store store() {
      return storeOf(self);
    }

    @Override
    public Optional<Store> remembered(String peer) {
      return Optional.empty();
    }

    @Override
    public boolean meet(String peer, Store store) {
      return store.equals(storeOf(peer));
    }

    @Override
    public Introduction introduction() {
      return new Introduction(store(), 0, true, Map.of());
    }

    @Override
    public boolean welcomed(String peer, Introduction introduction) {
      return meet(peer, introduction.store());
    }

    @Override
    public void onSuperseded(Consumer<String> listener) {}

    @Override
    public void disowned(String peer, String description) {
      disowned.add(peer);
    }
  }

  private static final class Deaf implements LinkListener {
    @Override
    public void up(String peer) {}

    @Override
    public void unreachable(String peer) {}
  }

  /** Passes bytes on to a server, until it is closed and all its connections break. */
  private static final class Relay implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final Queue<Socket> ends = new ConcurrentLinkedQueue<>();
    private final Thread acceptor;

    Relay(Endpoint server) throws IOException {
      acceptor =
          Thread.startVirtualThread(
              () -> {
                try {
                  while (true) {
                    Socket here = socket.accept();
                    Socket there = new Socket(server.host(), server.port());
                    ends.addAll(List.of(here, there));
                    pass(here, there);
                    pass(there, here);
                  }
                } catch (IOException e) {
                  // It is closed.
                }
              });
    }

    private static void pass(Socket from, Socket to) {
      Thread.startVirtualThread(
          () -> {
            try {
              from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
              // One end is gone, and the test knows why.
            }
          });
    }

    Endpoint endpoint() {
      return new Endpoint("127.0.0.1", socket.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      socket.close();
      // Until it has left the socket it may take one more connection.
      await().until(() -> !acceptor.isAlive());
      for (Socket end : ends) {
        end.close();
      }
    }
  }

  private RaftRpc line(String self, RequestHandler handler) {
    return line(environment, self, handler);
  }

  private RaftRpc line(Environment of, String self, RequestHandler handler) {
    Endpoint nowhere = new Endpoint("127.0.0.1", 1);
    EngineConfig config =
        EngineConfig.builder(
                "g", self, Map.of("n1", nowhere, "n2", nowhere, "n3", nowhere), Path.of("unused"))
            .requestTimeout(Duration.ofSeconds(1))
            .build();
    RaftRpc rpc = new RaftRpc(of, config);
    opened.add(rpc);
    rpc.start(new Strangers(self), handler, new Deaf());
    return rpc;
  }

  private RaftServer server(RaftRpc rpc) {
    RaftServer server = RaftServer.start(ANY, List.of(rpc.service()));
    opened.add(server);
    return server;
  }

  private static void echo(String from, FrameProto frame, Consumer<FrameProto.Builder> reply) {
    reply.accept(
        FrameProto.newBuilder()
            .setPollResponse(
                PollResponseProto.newBuilder().setTerm(frame.getPollRequest().getTerm())));
  }

  private static FrameProto.Builder poll(long term) {
    return FrameProto.newBuilder().setPollRequest(PollRequestProto.newBuilder().setTerm(term));
  }

  /** How a stream that greets like that ends. */
  private Status greet(RaftServer server, FrameProto greeting) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.endpoint().port())
            .usePlaintext()
            .build();
    opened.add(channel::shutdownNow);
    CompletableFuture<Status> ended = new CompletableFuture<>();
    StreamObserver<FrameProto> out =
        RaftPeerGrpc.newStub(channel)
            .talk(
                new StreamObserver<>() {
                  @Override
                  public void onNext(FrameProto frame) {
                    ended.complete(Status.OK);
                  }

                  @Override
                  public void onError(Throwable thrown) {
                    ended.complete(Status.fromThrowable(thrown));
                  }

                  @Override
                  public void onCompleted() {
                    ended.complete(Status.OK);
                  }
                });
    out.onNext(greeting);
    return ended.get(10, TimeUnit.SECONDS);
  }

  private static FrameProto hello(Consumer<HelloProto.Builder> change) {
    HelloProto.Builder hello =
        HelloProto.newBuilder()
            .setVersion(RaftRpc.VERSION)
            .setGroup("g")
            .setFrom("n2")
            .setTo("n1")
            .setFromStore(ByteString.copyFromUtf8("store of n2"));
    change.accept(hello);
    return FrameProto.newBuilder().setHello(hello).build();
  }

  @Test
  void aTakenPortIsSaidToBeTaken() {
    RaftServer first = server(line("n1", RaftPortIT::echo));

    assertThatThrownBy(() -> RaftServer.start(first.endpoint(), List.of()))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PORT_IN_USE))
        .hasMessageContaining(first.endpoint().toString());
  }

  @Test
  void whoDoesNotBelongIsRefusedWithTheReason() throws Exception {
    RaftServer server = server(line("n1", RaftPortIT::echo));

    Status welcome = greet(server, hello(hello -> {}));
    Status otherGroup = greet(server, hello(hello -> hello.setGroup("h")));
    Status otherVoter = greet(server, hello(hello -> hello.setTo("n3")));
    Status unknown = greet(server, hello(hello -> hello.setFrom("n9")));
    Status wiped =
        greet(server, hello(hello -> hello.setFromStore(ByteString.copyFromUtf8("new"))));
    Status rude = greet(server, poll(1).build());

    assertThat(welcome.isOk()).isTrue();
    assertThat(otherGroup.getDescription()).contains("a voter of group 'h' has no business here");
    assertThat(otherVoter.getDescription()).contains("this is voter n1, not n3");
    assertThat(unknown.getDescription()).contains("n9 is not among the peers");
    assertThat(wiped.getDescription()).contains("remembers voter n2 with another store");
    assertThat(rude.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void aPeerThatComesByItselfIsConnectedToAtOnce() throws Exception {
    RaftRpc waiting = line(withoutTimers(), "n1", RaftPortIT::echo);
    RaftServer server = server(waiting);
    RaftRpc late = line("n2", RaftPortIT::echo);
    waiting.awaitFirstContact(Duration.ofSeconds(10));
    waiting.setPeer("n2", server(late).endpoint());
    assertThat(waiting.call("n2", poll(1))).isCompletedExceptionally();

    late.setPeer("n1", server.endpoint());

    await().until(() -> waiting.call("n2", poll(1)).handle((a, e) -> e == null).join());
  }

  /** What is to happen later never does. */
  private Environment withoutTimers() {
    return (Environment)
        Proxy.newProxyInstance(
            Environment.class.getClassLoader(),
            new Class<?>[] {Environment.class},
            (proxy, method, arguments) ->
                method.getName().equals("schedule")
                    ? (Cancellable) () -> {}
                    : method.invoke(environment, arguments));
  }

  @Test
  void garbageHurtsNobody() throws Exception {
    RaftServer server = server(line("n1", RaftPortIT::echo));

    for (int i = 0; i < 20; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.endpoint().port())) {
        byte[] garbage = new byte[4096];
        environment.random().nextBytes(garbage);
        socket.getOutputStream().write(garbage);
      }
    }

    assertThat(greet(server, hello(hello -> {})).isOk()).isTrue();
  }

  @Test
  void requestsAreAnsweredInOrder() throws Exception {
    Queue<Long> handled = new ConcurrentLinkedQueue<>();
    RaftServer server =
        server(
            line(
                "n1",
                (from, frame, reply) -> {
                  handled.add(frame.getPollRequest().getTerm());
                  echo(from, frame, reply);
                }));
    RaftRpc client = line("n2", RaftPortIT::echo);
    client.setPeer("n1", server.endpoint());
    await().until(() -> !client.call("n1", poll(0)).handle((a, e) -> e != null).join());
    handled.clear();

    List<CompletableFuture<FrameProto>> answers = new java.util.ArrayList<>();
    for (long term = 1; term <= 200; term++) {
      answers.add(client.call("n1", poll(term)));
    }

    for (int i = 0; i < 200; i++) {
      FrameProto answer = answers.get(i).get(10, TimeUnit.SECONDS);
      assertThat(answer.getPollResponse().getTerm()).isEqualTo(i + 1);
    }
    assertThat(List.copyOf(handled)).isSorted().hasSize(200);
  }

  @Test
  void aPeerThatIsAwayIsToldApartFromOneThatIsSilent() throws Exception {
    RaftServer silent = server(line("n1", (from, frame, reply) -> {}));
    RaftRpc client = line("n2", RaftPortIT::echo);
    client.setPeer("n1", silent.endpoint());
    client.tell("n3", FrameProto.newBuilder().setPulse(PulseProto.getDefaultInstance()).build());
    await()
        .until(
            () -> {
              CompletableFuture<FrameProto> probe = client.call("n1", poll(1));
              return !probe.isCompletedExceptionally();
            });

    CompletableFuture<FrameProto> away = client.call("n3", poll(1));
    CompletableFuture<FrameProto> unanswered = client.call("n1", poll(2));

    assertThatThrownBy(away::join).hasCauseInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> unanswered.get(10, TimeUnit.SECONDS))
        .hasMessageContaining("did not answer in time");
  }

  @Test
  void aRequestThatWasSentIsNeverSaidToBeUnsent() throws Exception {
    CompletableFuture<FrameProto> heard = new CompletableFuture<>();
    RaftServer server = server(line("n1", (from, frame, reply) -> heard.complete(frame)));
    Relay relay = new Relay(server.endpoint());
    opened.add(relay);
    RaftRpc client = line("n2", RaftPortIT::echo);
    client.setPeer("n1", relay.endpoint());
    await()
        .until(
            () -> {
              CompletableFuture<FrameProto> probe = client.call("n1", poll(1));
              return !probe.isCompletedExceptionally();
            });
    CompletableFuture<FrameProto> unanswered = client.call("n1", poll(2));
    heard.get(10, TimeUnit.SECONDS);

    // As when its process is killed.
    relay.close();

    assertThatThrownBy(() -> unanswered.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ClosedChannelException.class);
    await()
        .until(
            () ->
                client
                    .call("n1", poll(3))
                    .handle((answer, failure) -> failure instanceof ConnectException)
                    .join());
  }
}
