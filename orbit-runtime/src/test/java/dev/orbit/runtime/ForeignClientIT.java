package dev.orbit.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithInt32Key;
import dev.orbit.api.ActorWithNoKey;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.wire.AddressableLeaseProto;
import dev.orbit.proto.wire.AddressableReferenceProto;
import dev.orbit.proto.wire.ConnectionInfoRequestProto;
import dev.orbit.proto.wire.ConnectionInfoResponseProto;
import dev.orbit.proto.wire.ConnectionServiceGrpc;
import dev.orbit.proto.wire.InvocationRequestProto;
import dev.orbit.proto.wire.KeyProto;
import dev.orbit.proto.wire.LeaseRequestProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.proto.wire.NamespacedAddressableReferenceProto;
import dev.orbit.proto.wire.NoKeyProto;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that knows the original fields of the protocol and JSON, and nothing else of Orbit. */
class ForeignClientIT {
  private static OrbitNode first;
  private static OrbitNode second;

  private ManagedChannel channel;
  private StreamObserver<MessageProto> requests;
  private final BlockingQueue<MessageProto> answers = new ArrayBlockingQueue<>(100);

  /** An actor named by a number. */
  @ActorType("test.Numbered")
  public interface Numbered extends ActorWithInt32Key {
    long twice(long number);
  }

  static final class NumberedActor implements Numbered {
    @Override
    public long twice(long number) {
      return 2 * number;
    }
  }

  /** An actor of which there is one. */
  @ActorType("test.Single")
  public interface Single extends ActorWithNoKey {
    String echo(String text);
  }

  static final class SingleActor implements Single {
    @Override
    public String echo(String text) {
      return text;
    }
  }

  @BeforeAll
  static void startNodes() {
    first =
        OrbitNode.builder()
            .name("first")
            .raftListen(new Endpoint("127.0.0.1", 0))
            .partitions(16)
            .actors(CartActor.class, NumberedActor.class, SingleActor.class)
            .start();
    second =
        OrbitNode.builder()
            .name("second")
            .voters(Map.of("first", first.raftEndpoint().orElseThrow()))
            .partitions(16)
            .actors(CartActor.class)
            .start();
    assertThat(second.awaitReady(Duration.ofSeconds(20))).isTrue();
    assertThat(first.awaitReady(Duration.ofSeconds(20))).isTrue();
  }

  @AfterAll
  static void stopNodes() {
    second.close();
    first.close();
  }

  @BeforeEach
  void connect() {
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", first.endpoint().port())
            .usePlaintext()
            .build();
    requests =
        ConnectionServiceGrpc.newStub(channel)
            .openStream(
                new StreamObserver<>() {
                  @Override
                  public void onNext(MessageProto answer) {
                    answers.add(answer);
                  }

                  @Override
                  public void onError(Throwable failure) {}

                  @Override
                  public void onCompleted() {}
                });
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  @Test
  void isToldWhichNodeItTalksTo() {
    ConnectionInfoResponseProto answer =
        ConnectionServiceGrpc.newBlockingStub(channel)
            .getConnectionInfo(ConnectionInfoRequestProto.getDefaultInstance());

    assertThat(answer.getNodeId().getKey()).isEqualTo("first");
    assertThat(answer.getNodeId().getNamespace()).isEqualTo("orbit");
  }

  @Test
  void callsActorsOfEveryNodeThroughOne() throws Exception {
    List<String> hosts =
        IntStream.range(0, 40)
            .mapToObj(i -> exchange(cart("foreign-" + i), "where", "[]"))
            .map(answer -> answer.getContent().getInvocationResponse().getValue())
            .distinct()
            .toList();

    assertThat(hosts).containsExactlyInAnyOrder("\"first\"", "\"second\"");
  }

  @Test
  void sendsAndGetsRecordsAsJson() {
    MessageProto added = exchange(cart("records"), "add", "[{\"sku\":\"sku-1\",\"quantity\":2}]");
    MessageProto viewed = exchange(cart("records"), "view", "[]");

    assertThat(added.getContent().getInvocationResponse().getValue()).isEqualTo("1");
    assertThat(viewed.getContent().getInvocationResponse().getValue())
        .isEqualTo("{\"lines\":[{\"sku\":\"sku-1\",\"quantity\":2}]}");
    assertThat(viewed.getPayload().isEmpty()).isTrue();
  }

  @Test
  void callsActorsByKeysOfOtherKinds() {
    KeyProto number = KeyProto.newBuilder().setInt32Key(7).build();
    KeyProto none = KeyProto.newBuilder().setNoKey(NoKeyProto.getDefaultInstance()).build();

    MessageProto twice = exchange(reference("test.Numbered", number), "twice", "[21]");
    MessageProto echo = exchange(reference("test.Single", none), "echo", "[\"hi\"]");

    assertThat(twice.getContent().getInvocationResponse().getValue()).isEqualTo("42");
    assertThat(echo.getContent().getInvocationResponse().getValue()).isEqualTo("\"hi\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          test.Cart    | nothing  | []             | 1004 | it has add
          test.Cart    | add      | [{"sku":       | 1005 | test.Cart.add
          test.Cart    | add      | {}             | 1005 | expected a JSON array
          test.Cart    | add      | []             | 1005 | 1 arguments are expected
          test.Cart    | add      | [1]            | 1005 | parameter 1 (Line line)
          test.Missing | add      | []             | 1003 | no node of the cluster hosts actors of type test.Missing
          test.Single  | echo     | ["x"]          | 1010 | named by no key
          test.Cart    | failWith | ["on purpose"] | 3001 | on purpose
          """)
  void isToldWhatIsWrongWithItsCall(
      String type, String method, String arguments, int code, String description) {
    KeyProto key = KeyProto.newBuilder().setStringKey("x").build();

    MessageProto answer = exchange(reference(type, key), method, arguments);

    var error = answer.getContent().getInvocationResponseError();
    assertThat(error.getCode()).isEqualTo(code);
    assertThat(error.getDescription()).contains(description);
  }

  @Test
  void aMessageWithoutATargetActorGetsAnErrorAndTheStreamGoesOn() throws Exception {
    requests.onNext(
        MessageProto.newBuilder()
            .setMessageId(77)
            .setContent(
                MessageContentProto.newBuilder()
                    .setInvocationRequest(InvocationRequestProto.newBuilder().setMethod("view")))
            .build());

    MessageProto error = answers.poll(20, TimeUnit.SECONDS);
    MessageProto next = exchange(cart("after-an-error"), "view", "[]");

    assertThat(error.getMessageId()).isEqualTo(77);
    assertThat(error.getContent().hasInvocationResponse()).isFalse();
    assertThat(next.getContent().hasInvocationResponse()).isTrue();
  }

  @Test
  void isToldUntilWhenANodeHoldsAnActorAndThatItDoesNotHoldOthers() {
    AddressableReferenceProto single =
        reference(
            "test.Single", KeyProto.newBuilder().setNoKey(NoKeyProto.getDefaultInstance()).build());
    exchange(single, "echo", "[\"hi\"]");

    MessageProto held = lease("orbit", single);
    MessageProto absent = lease("orbit", cart("never-called"));
    MessageProto foreign = lease("another", single);

    AddressableLeaseProto lease = held.getContent().getLeaseResponse().getLease();
    assertThat(lease.getReference()).isEqualTo(single);
    assertThat(lease.getNodeId().getKey()).isEqualTo("first");
    assertThat(lease.getRenewAt().getSeconds())
        .isLessThanOrEqualTo(lease.getExpiresAt().getSeconds());
    assertThat(absent.getContent().getError().getDescription()).startsWith("NOT_FOUND: ORBIT-");
    assertThat(absent.getContent().getError().getCode()).isEqualTo(ErrorCode.NOT_OWNER.number());
    assertThat(foreign.getContent().getError().getDescription()).startsWith("PERMISSION_DENIED");
  }

  private MessageProto lease(String namespace, AddressableReferenceProto reference) {
    return exchange(
        5,
        MessageContentProto.newBuilder()
            .setLeaseRequest(
                LeaseRequestProto.newBuilder()
                    .setReference(
                        NamespacedAddressableReferenceProto.newBuilder()
                            .setNamespace(namespace)
                            .setAddressableReference(reference))));
  }

  private static AddressableReferenceProto cart(String key) {
    return reference("test.Cart", KeyProto.newBuilder().setStringKey(key).build());
  }

  private static AddressableReferenceProto reference(String type, KeyProto key) {
    return AddressableReferenceProto.newBuilder().setAddressableType(type).setKey(key).build();
  }

  private MessageProto exchange(
      AddressableReferenceProto reference, String method, String arguments) {
    return exchange(
        method.hashCode(),
        MessageContentProto.newBuilder()
            .setInvocationRequest(
                InvocationRequestProto.newBuilder()
                    .setReference(reference)
                    .setMethod(method)
                    .setArguments(arguments)));
  }

  private MessageProto exchange(long id, MessageContentProto.Builder content) {
    requests.onNext(MessageProto.newBuilder().setMessageId(id).setContent(content).build());
    try {
      MessageProto answer = answers.poll(20, TimeUnit.SECONDS);
      assertThat(answer).as("an answer within 20 s").isNotNull();
      assertThat(answer.getMessageId()).isEqualTo(id);
      return answer;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
