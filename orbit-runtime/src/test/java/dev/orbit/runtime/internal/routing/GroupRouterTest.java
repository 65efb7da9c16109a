package dev.orbit.runtime.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.wire.ErrorMapping;
import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.Target;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class GroupRouterTest {
  private static final int PARTITIONS = 64;
  private static final NodeId SELF = new NodeId("a", "shop");

  private final ManualEnvironment environment = new ManualEnvironment();
  private final Lives lives = new Lives(environment, ClusterView.empty("shop", PARTITIONS));
  private final RecordedTransport transport = new RecordedTransport();
  private Router router;
  private final GroupRouter groups = groups();

  @Test
  void oneMessageGoesToEachNodeHoweverManyActorsItHosts() {
    List<AddressableReference> targets = references(500);

    Content.GroupResponse response = gather(targets, Optional.empty());

    assertThat(transport.requests)
        .extracting(request -> ((Target.Unicast) request.target()).node().key())
        .containsExactlyInAnyOrder("b", "c");
    assertThat(
            transport.requests.stream()
                .flatMap(request -> group(request).references().stream())
                .toList())
        .containsExactlyInAnyOrderElementsOf(targets);
    assertThat(response.outcomes())
        .hasSize(500)
        .allSatisfy(outcome -> assertThat(outcome.error()).isEmpty());
  }

  @Test
  void whatSurelyDidNotRunIsCalledOnceMoreByItself() {
    transport.answer =
        request ->
            request.content() instanceof Content.GroupRequest
                ? CompletableFuture.failedFuture(
                    new NotExecutedException(ErrorCode.NODE_UNAVAILABLE, "no connection"))
                : CompletableFuture.completedFuture(
                    Message.of(0, new Content.InvocationResponse("null")));

    Content.GroupResponse response = gather(references(10), Optional.empty());

    assertThat(response.outcomes())
        .hasSize(10)
        .allSatisfy(outcome -> assertThat(outcome.error()).isEmpty());
    assertThat(
            transport.requests.stream()
                .filter(request -> request.content() instanceof Content.InvocationRequest))
        .hasSize(10);
  }

  @Test
  void ofWhatAnotherNodeRefusedATenthIsSentAgain() {
    int targets = 2_000;
    NotExecutedException busy = new NotExecutedException(ErrorCode.NOT_OWNER, "not here");
    transport.answer =
        request ->
            CompletableFuture.completedFuture(
                request.content() instanceof Content.GroupRequest group
                    ? Message.of(
                        0,
                        new Content.GroupResponse(
                            group.references().stream()
                                .map(
                                    reference ->
                                        new Content.GroupOutcome(
                                            reference,
                                            Optional.of(ErrorMapping.refused(busy)),
                                            Optional.empty()))
                                .toList(),
                            List.of()))
                    : Message.of(0, ErrorMapping.refused(busy)));

    Content.GroupResponse response = gather(references(targets), Optional.empty());

    long sent =
        transport.requests.stream()
            .filter(request -> request.content() instanceof Content.InvocationRequest)
            .count();
    // A thousand are in a node's reserve, and a hundred come in each of the ten seconds.
    assertThat(sent).isBetween(targets / 10L, targets / 10L + 1_000 + 1_000);
    assertThat(response.outcomes())
        .hasSize(targets)
        .allSatisfy(
            outcome ->
                assertThat(outcome.error().flatMap(Content.InvocationError::code))
                    .contains(ErrorCode.NOT_OWNER));
  }

  @Test
  void whatMayHaveRunIsNeverRepeatedAndNamed() {
    transport.answer =
        _ ->
            CompletableFuture.failedFuture(
                new OutcomeUnknownException(ErrorCode.CONNECTION_LOST, "broken"));

    Content.GroupResponse response = gather(references(10), Optional.empty());

    assertThat(response.outcomes())
        .hasSize(10)
        .allSatisfy(
            outcome ->
                assertThat(outcome.error().flatMap(Content.InvocationError::code))
                    .contains(ErrorCode.CONNECTION_LOST));
    assertThat(transport.requests).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void aNodeThatDoesNotTellWhatItHoldsIsAGap() {
    transport.answer =
        request ->
            ((Target.Unicast) request.target()).node().key().equals("b")
                ? CompletableFuture.failedFuture(
                    new OutcomeUnknownException(ErrorCode.CONNECTION_LOST, "broken"))
                : CompletableFuture.completedFuture(
                    Message.of(
                        0,
                        new Content.GroupResponse(
                            List.of(
                                new Content.GroupOutcome(
                                    references(1).getFirst(), Optional.empty(), Optional.empty())),
                            List.of())));

    Content.GroupResponse response = gather(List.of(), Optional.of("T"));

    assertThat(response.outcomes()).hasSize(1);
    assertThat(response.gaps()).extracting(gap -> gap.node().key()).containsExactly("b");
    assertThat(transport.requests)
        .allSatisfy(request -> assertThat(group(request).hereOnly()).isTrue());
  }

  /** It holds nothing, and may not be in reach yet: it would be a gap in every answer. */
  @Test
  void aNodeThatStillGetsReadyIsNotAsked() {
    lives.apply(view(2, member("d", "T", 4, NodeStatus.JOINING)));
    transport.unreachable.add("d");

    Content.GroupResponse response = gather(List.of(), Optional.of("T"));

    assertThat(transport.requested).containsExactlyInAnyOrder("b", "c");
    assertThat(response.gaps()).isEmpty();
  }

  /** S2.30. */
  @Test
  void aBroadcastIsToldOnceASecondAndWhatIsSentIsCounted() {
    Logger log = (Logger) LoggerFactory.getLogger(BroadcastLog.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.setLevel(Level.INFO);
    log.addAppender(lines);
    try {
      for (int i = 0; i < 3; i++) {
        var _ = groups.gather(broadcast());
      }
      environment.advance(Duration.ofSeconds(1));
      var _ = groups.gather(broadcast());
    } finally {
      log.detachAppender(lines);
      log.setLevel(null);
    }

    assertThat(lines.list).allMatch(line -> line.getLevel().equals(Level.INFO));
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "event=broadcast call=\"all active T.work\" nodes=2 others=0",
            "event=broadcast call=\"all active T.work\" nodes=2 others=2");
    assertThat(router.sent().groups()).isEqualTo(4);
    assertThat(router.sent().groupMessages()).isEqualTo(8);
  }

  private GroupRouter.GroupCall broadcast() {
    return new GroupRouter.GroupCall(
        new Content.GroupRequest(List.of(), Optional.of("T"), "work", false),
        null,
        CallContext.root(environment.nanoTime(), Duration.ofSeconds(10)),
        RoutedCall.PassedOn.BEGINS_HERE);
  }

  private Content.GroupResponse gather(
      List<AddressableReference> targets, Optional<String> activeType) {
    CompletableFuture<Content.GroupResponse> response =
        groups.gather(
            new GroupRouter.GroupCall(
                new Content.GroupRequest(targets, activeType, "work", false),
                null,
                CallContext.root(environment.nanoTime(), Duration.ofSeconds(10)),
                RoutedCall.PassedOn.BEGINS_HERE));
    environment.advance(Duration.ofSeconds(10));
    return response.getNow(null);
  }

  private static Content.GroupRequest group(Message request) {
    return (Content.GroupRequest) request.content();
  }

  private static List<AddressableReference> references(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new AddressableReference("T", Key.of("key-" + i)))
        .toList();
  }

  private GroupRouter groups() {
    lives.apply(view(1));
    TestRoutes routes =
        TestRoutes.of(
            environment, SELF, lives, transport, new WaitingRoom(environment, "a", 1_000));
    router = routes.router();
    return new GroupRouter(environment, SELF, lives, router, routes.detours());
  }

  /** Node a hosts nothing; b and c share the actors. */
  private static ClusterView view(long version, Member... others) {
    List<Member> members = new ArrayList<>();
    members.add(member("a", "U", 1, NodeStatus.ACTIVE));
    members.add(member("b", "T", 2, NodeStatus.ACTIVE));
    members.add(member("c", "T", 3, NodeStatus.ACTIVE));
    members.addAll(List.of(others));
    List<Optional<MemberId>> owners =
        IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> Optional.of(members.get(1 + partition % 2).id()))
            .toList();
    return new ClusterView(version, "shop", members, PartitionTable.of(owners));
  }

  private static Member member(String name, String type, long incarnation, NodeStatus status) {
    return new Member(
        new MemberId(new NodeId(name, "shop"), incarnation),
        new Endpoint("127.0.0.1", 1),
        new NodeCapabilities(Set.of(type), OptionalInt.empty(), Map.of()),
        status);
  }
}
