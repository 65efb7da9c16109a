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
import dev.orbit.proto.Content.EntriesKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many partitions a new owner asks for at a time. */
class WindowsTest {
  private static final int PARTITIONS = 200;
  private static final MemberId SELF = new MemberId(new NodeId("a", "shop"), 2);
  private static final MemberId OTHER = new MemberId(new NodeId("b", "shop"), 1);

  private record Asked(Content.EntriesRequest request, Courier.Question question) {}

  private final ArrayDeque<Asked> asked = new ArrayDeque<>();
  private final Directory directory =
      new Directory(
          SELF,
          ClusterView.empty("shop", PARTITIONS),
          new EmptyHost(),
          (call, partition) -> Optional.of(SELF),
          (member, viewVersion, content, question) ->
              asked.add(new Asked((Content.EntriesRequest) content, question)),
          new Directory.Room(10, () -> {}));

  @Test
  void doubleFromOneAsLongAsThereIsSomethingToTakeIn() {
    List<Integer> sizes =
        gain(request -> new Content.EntriesResponse(List.of(entryOf(request)), true, List.of()));

    assertThat(sizes).containsExactly(1, 2, 4, 8, 16, 32, 64, 64, 9);
  }

  @Test
  void areFullAfterOneWithoutEntries() {
    List<Integer> sizes = gain(request -> new Content.EntriesResponse(List.of(), true, List.of()));

    assertThat(sizes).containsExactly(1, 64, 64, 64, 7);
  }

  @Test
  void areFullAfterOneThatTheFormerOwnerDoesNotHave() {
    List<Integer> sizes =
        gain(
            request ->
                new Content.EntriesResponse(
                    List.of(),
                    true,
                    request.kind() == EntriesKind.HAND_OVER ? request.partitions() : List.of()));

    assertThat(sizes).containsExactly(1, 64, 64, 64, 7);
    assertThat(directory.served()).isEqualTo(PARTITIONS);
  }

  /** Becomes the owner of all partitions; returns for how many it asks the owner at a time. */
  private List<Integer> gain(Function<Content.EntriesRequest, Content.EntriesResponse> answer) {
    directory.apply(view(1, OTHER));
    directory.apply(view(2, SELF));
    List<Integer> sizes = new ArrayList<>();
    while (!asked.isEmpty()) {
      Asked next = asked.remove();
      if (next.request.chunk() == Content.EntriesRequest.RECEIVED) {
        continue;
      }
      if (next.request.kind() == EntriesKind.HAND_OVER) {
        sizes.add(next.request.partitions().size());
      }
      next.question.answered(answer.apply(next.request));
    }
    assertThat(directory.served()).isEqualTo(PARTITIONS);
    return sizes;
  }

  private static Content.Entry entryOf(Content.EntriesRequest request) {
    PartitionTable table = view(2, SELF).partitions();
    AddressableReference actor =
        IntStream.iterate(0, i -> i + 1)
            .mapToObj(i -> new AddressableReference("T", Key.of("x" + i)))
            .filter(reference -> request.partitions().contains(table.partitionOf(reference)))
            .findFirst()
            .orElseThrow();
    return new Content.Entry(actor, OTHER, 1, new Fence(1, 1));
  }

  private static ClusterView view(long version, MemberId owner) {
    return new ClusterView(
        version,
        "shop",
        List.of(member(OTHER), member(SELF)),
        PartitionTable.of(Collections.nCopies(PARTITIONS, Optional.of(owner))));
  }

  private static Member member(MemberId id) {
    return new Member(
        id,
        new Endpoint("127.0.0.1", 1),
        new NodeCapabilities(Set.of("T"), OptionalInt.empty(), Map.of()),
        NodeStatus.ACTIVE);
  }
}
