package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.wire.AddressableReferenceProto;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.DirectoryRequestProto;
import dev.orbit.proto.wire.DirectoryRequestProto.Operation;
import dev.orbit.proto.wire.DirectoryResponseProto;
import dev.orbit.proto.wire.DirectoryResponseProto.Outcome;
import dev.orbit.proto.wire.KeyProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.proto.wire.NodeIdProto;
import dev.orbit.runtime.Cart.Line;
import dev.orbit.runtime.inspect.IntegrityReport;
import dev.orbit.runtime.inspect.IntegrityReport.Finding;
import dev.orbit.runtime.inspect.IntegrityReport.Kind;
import dev.orbit.runtime.state.MemoryStateStore;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody on the network tells the owner of a partition what is not so; the check finds it. */
class IntegrityIT {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private final MemoryStateStore store = new MemoryStateStore();
  private final OrbitNode owner = start("owner", Map.of());
  private final OrbitNode other =
      start("other", Map.of("owner", owner.raftEndpoint().orElseThrow()));
  private final BlockingQueue<MessageProto> answers = new ArrayBlockingQueue<>(100);

  private OrbitNode start(String name, Map<String, Endpoint> voters) {
    OrbitNode.Builder builder =
        OrbitNode.builder().name(name).partitions(100).stateStore(store).actors(CartActor.class);
    return voters.isEmpty()
        ? builder.raftListen(new Endpoint("127.0.0.1", 0)).start()
        : builder.voters(voters).start();
  }

  @BeforeEach
  void awaitReady() {
    await()
        .atMost(BOUND)
        .until(
            () ->
                owner.view().members().size() == 2
                    && owner.view().version() == other.view().version()
                    && owner.isReady()
                    && other.isReady());
  }

  @AfterEach
  void stop() {
    other.kill();
    owner.kill();
    store.close();
  }

  @Test
  void aPlantedLieIsFoundAndOnlyThat() throws Exception {
    IntStream.range(0, 200).forEach(i -> cart("good-" + i).add(new Line("sku", 1)));
    IntegrityReport good = other.checkIntegrity(BOUND);
    String key = keyOwnedBy(owner);

    DirectoryResponseProto registered = tell(Operation.REGISTER, key, 1);
    IntegrityReport withEntry = other.checkIntegrity(BOUND);
    String host = cart(key).where();
    IntegrityReport healed = owner.checkIntegrity(BOUND);
    DirectoryResponseProto ended = tell(Operation.UNREGISTER, key, Long.MAX_VALUE);
    IntegrityReport withoutEntry = other.checkIntegrity(BOUND);

    assertThat(good.isWell()).as("%s", good).isTrue();
    assertThat(good.members()).isEqualTo(2);
    assertThat(good.activations()).isEqualTo(200);
    assertThat(registered.getOutcome()).isEqualTo(Outcome.GRANTED);
    assertThat(withEntry.findings()).containsExactly(finding(Kind.ENTRY_WITHOUT_ACTIVATION, key));
    assertThat(host).isEqualTo("other");
    assertThat(healed.isWell()).as("%s", healed).isTrue();
    assertThat(healed.entries()).isEqualTo(1);
    assertThat(ended.getOutcome()).isEqualTo(Outcome.DONE);
    assertThat(withoutEntry.findings())
        .containsExactly(finding(Kind.ACTIVATION_WITHOUT_ENTRY, key));
  }

  private Finding finding(Kind kind, String key) {
    AddressableReference actor = new AddressableReference("test.Cart", Key.of(key));
    return new Finding(
        kind,
        actor,
        owner.view().partitions().partitionOf(actor),
        List.of(other.lease().member()),
        owner.lease().member());
  }

  private Cart cart(String key) {
    return owner.actors().get(Cart.class, key);
  }

  private String keyOwnedBy(OrbitNode node) {
    MemberId member = node.lease().member();
    return IntStream.range(0, 1_000)
        .mapToObj(i -> "lie-" + i)
        .filter(
            key ->
                node.view()
                    .partitions()
                    .owner(new AddressableReference("test.Cart", Key.of(key)))
                    .filter(member::equals)
                    .isPresent())
        .findFirst()
        .orElseThrow();
  }

  /** Tells the owner in the name of the other node. */
  private DirectoryResponseProto tell(Operation operation, String key, long activation)
      throws InterruptedException {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", owner.endpoint().port())
            .usePlaintext()
            .build();
    try {
      StreamObserver<MessageProto> requests =
          ConnectionServiceGrpc.newStub(channel).openStream(new Answers());
      MemberId member = other.lease().member();
      requests.onNext(
          MessageProto.newBuilder()
              .setMessageId(1)
              .setViewVersion(owner.view().version())
              .setContent(
                  MessageContentProto.newBuilder()
                      .setDirectoryRequest(
                          DirectoryRequestProto.newBuilder()
                              .setOperation(operation)
                              .setReference(
                                  AddressableReferenceProto.newBuilder()
                                      .setAddressableType("test.Cart")
                                      .setKey(KeyProto.newBuilder().setStringKey(key)))
                              .setHost(
                                  NodeIdProto.newBuilder()
                                      .setKey(member.node().key())
                                      .setNamespace(member.node().namespace()))
                              .setHostIncarnation(member.incarnation())
                              .setActivation(activation)))
              .build());
      MessageProto answer = answers.poll(BOUND.toSeconds(), TimeUnit.SECONDS);
      assertThat(answer).isNotNull();
      return answer.getContent().getDirectoryResponse();
    } finally {
      channel.shutdownNow();
    }
  }

  private final class Answers implements StreamObserver<MessageProto> {
    @Override
    public void onNext(MessageProto answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
