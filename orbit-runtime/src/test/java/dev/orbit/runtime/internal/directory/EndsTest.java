package dev.orbit.runtime.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.orbit.api.state.Fence;
import dev.orbit.proto.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * How owners are told of activations that are over. A node with a million of them once told them
 * all at once, again and again, and never got to leave.
 */
class EndsTest {
  private static final MemberId A = new MemberId(new NodeId("a", "shop"), 1);
  private static final MemberId B = new MemberId(new NodeId("b", "shop"), 2);
  private static final MemberId C = new MemberId(new NodeId("c", "shop"), 3);
  private static final AddressableReference ACTOR = new AddressableReference("T", Key.of("x"));
  private static final Content.Carried CARRIED = new Content.Carried(new byte[] {1, 2, 3});

  private final List<Told> told = new ArrayList<>();
  private final Directory directory =
      new Directory(
          A,
          ClusterView.empty("shop", 1),
          new EmptyHost(),
          (call, partition) -> Optional.of(A),
          (to, version, content, question) -> told.add(new Told(to, content, question)),
          new Directory.Room(10, () -> {}));

  private record Told(MemberId to, Content content, Courier.Question question) {}

  @Test
  void anOwnerIsToldOfManyEndsAFewAtATime() {
    twentyEnd();
    directory.tick(0);
    List<Integer> soFar = new ArrayList<>(List.of(told.size()));
    for (int round = 0; round < 2; round++) {
      List.copyOf(told).forEach(each -> each.question().answered(new Content.Done()));
      directory.tick(0);
      soFar.add(told.size());
    }

    assertThat(soFar).containsExactly(8, 16, 20);
    assertThat(told).extracting(Told::content).doesNotHaveDuplicates();
  }

  @Test
  void aNewOwnerIsToldOfManyEndsAFewAtATime() {
    twentyEnd();
    told.clear();

    directory.apply(view(2, C));
    directory.tick(0);

    assertThat(told).hasSize(8).extracting(Told::to).containsOnly(C);
  }

  @Test
  void anEndThatACallWaitsForIsToldOfBeforeMoreOfTheOthers() {
    twentyEnd();
    directory.over(ACTOR, grant(60), new Parting(true, Optional.empty()));
    Content end = new Content.Unregister(ACTOR, A, 60, Optional.empty());
    List<Content> before = told.stream().map(Told::content).toList();

    directory.admit(0, new PlainCall(ACTOR), false);
    directory.tick(0);

    assertThat(before).doesNotContain(end);
    assertThat(told).hasSize(9).last().extracting(Told::content).isEqualTo(end);
  }

  @Test
  void anOwnerGetsAtOnceWhatAnActivationLeft() {
    twentyEnd();

    directory.over(ACTOR, grant(60), new Parting(true, Optional.of(CARRIED)));

    assertThat(told)
        .hasSize(9)
        .last()
        .extracting(Told::content)
        .isEqualTo(new Content.Unregister(ACTOR, A, 60, Optional.of(CARRIED)));
  }

  /** Of a partition that another node has. */
  private void twentyEnd() {
    directory.apply(view(1, B));
    for (int i = 0; i < 20; i++) {
      AddressableReference actor = new AddressableReference("T", Key.of("many-" + i));
      directory.over(actor, grant(7 + i), Parting.ENDED);
    }
  }

  private static Grant grant(long activation) {
    return new Grant(0, activation, new Fence(1, activation));
  }

  private static ClusterView view(long version, MemberId owner) {
    return new ClusterView(
        version,
        "shop",
        List.of(member(A), member(B), member(C)),
        PartitionTable.of(List.of(Optional.of(owner))));
  }

  private static Member member(MemberId id) {
    return new Member(
        id,
        new Endpoint("127.0.0.1", 1),
        new NodeCapabilities(Set.of("T"), OptionalInt.empty(), Map.of()),
        NodeStatus.ACTIVE);
  }
}
