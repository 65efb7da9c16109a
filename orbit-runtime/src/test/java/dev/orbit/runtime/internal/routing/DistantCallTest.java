package dev.orbit.runtime.internal.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.Payload;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DistantCallTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration GRACE = Duration.ofMillis(100);
  private static final Duration TICKS = Duration.ofMillis(20);
  private static final MemberId FAR = new MemberId(new NodeId("b", "shop"), 1);

  private final ManualEnvironment environment = new ManualEnvironment();
  private final CompletableFuture<Reply> reply = new CompletableFuture<>();
  private final ActorContract contract = ActorContract.of(Counter.class);
  private final DistantCall call = another(CallContext.root(environment.nanoTime(), TIMEOUT));

  /** Counts. */
  public interface Counter extends ActorWithStringKey {
    int count();
  }

  private static Reply answer(String json) {
    return new Reply(
        new Content.InvocationResponse(""), new Payload(1, json.getBytes(UTF_8)), true);
  }

  private OrbitException failure() {
    return (OrbitException) call.exceptionNow();
  }

  @Test
  void givesWhatTheAnswerHolds() {
    call.isAnsweredBy(reply);

    reply.complete(answer("7"));

    assertThat(call).isCompletedWithValue(7);
  }

  @Test
  void anAnswerThatCannotBeReadEndsIt() {
    call.isAnsweredBy(reply);

    reply.complete(answer("{"));

    assertThat(failure()).isInstanceOf(ActorFailedException.class);
    assertThat(failure().code()).isEqualTo(ErrorCode.BAD_RESULT);
  }

  @Test
  void anAnswerThatIsNoneEndsIt() {
    call.isAnsweredBy(reply);

    reply.complete(new Reply(new Content.Goodbye("why not"), null, true));

    assertThat(failure().code()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION);
  }

  @Test
  void endsItselfSomeTimeAfterTheDeadlineWhereNobodyElseDoes() {
    CallWatch watch = new CallWatch(environment, "a", Duration.ofMinutes(1));
    call.isAnsweredBy(reply);
    watch.add(call);

    environment.advance(TIMEOUT.plus(GRACE).minusNanos(1));
    boolean before = call.isDone();
    environment.advance(TICKS);

    assertThat(before).isFalse();
    assertThat(failure()).isInstanceOf(OutcomeUnknownException.class);
    assertThat(failure().code()).isEqualTo(ErrorCode.DEADLINE_DURING_EXECUTION);
    assertThat(reply).isCancelled();
    assertThat(environment.hasTimers()).isFalse();
  }

  @Test
  void whereItsNodeHasStoppedItEndsAndSoDoOnesThatComeLater() {
    CallWatch watch = new CallWatch(environment, "a", Duration.ofMinutes(1));
    CallContext context = CallContext.root(environment.nanoTime(), TIMEOUT.multipliedBy(100));
    DistantCall far = another(context);
    DistantCall late = another(context);
    call.isAnsweredBy(reply);
    watch.add(far);
    watch.add(call);
    environment.advance(TIMEOUT);
    DistantCall recent = another(context);
    watch.add(recent);

    watch.stop();
    boolean before = call.isDone() || far.isDone() || recent.isDone();
    watch.end();
    watch.add(late);

    assertThat(before).isFalse();
    assertThat(List.of(call, far, recent, late))
        .allSatisfy(
            each ->
                assertThat(each.exceptionNow())
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("node a, on which it was made, had stopped"));
    assertThat(reply).isCancelled();
  }

  private DistantCall another(CallContext context) {
    return new DistantCall(
        new Invocation(
            new AddressableReference("test.Counter", Key.of("x")),
            contract,
            contract.method("count").orElseThrow(),
            new Object[0],
            context),
        TestRoutes.noReferences());
  }

  /** What carries it has lost it: its caller waits without a timer of its own. */
  @Test
  void itsNodeLooksAfterIt() {
    Lives lives = new Lives(environment, ClusterView.empty("shop", 1));
    Member far =
        new Member(
            FAR,
            new Endpoint("127.0.0.1", 1),
            new NodeCapabilities(Set.of(contract.typeName()), OptionalInt.empty(), Map.of()),
            NodeStatus.ACTIVE);
    lives.apply(
        new ClusterView(1, "shop", List.of(far), PartitionTable.of(List.of(Optional.of(FAR)))));
    RecordedTransport transport = new RecordedTransport();
    CompletableFuture<Message> never = new CompletableFuture<>();
    transport.answer = _ -> never;
    NodeId self = new NodeId("a", "shop");
    TestRoutes routes =
        TestRoutes.of(
            environment, self, lives, transport, new WaitingRoom(environment, self.key(), 1_000));
    ReferenceFactory actors =
        new ReferenceFactory(
            environment,
            new NodeInvoker(
                routes.router(),
                new GroupRouter(environment, self, lives, routes.router(), routes.detours()),
                routes.codecs()),
            new CallOptions(TIMEOUT));
    CompletableFuture<Integer> count = actors.async(actors.get(Counter.class, "x"), Counter::count);

    environment.advance(TIMEOUT.plus(GRACE).plus(TICKS));

    assertThat(transport.requested).containsExactly("b");
    assertThat(count.exceptionNow()).isInstanceOf(OutcomeUnknownException.class);
    assertThat(never).isCancelled();
    assertThat(routes.router().underWay()).isZero();
  }
}
