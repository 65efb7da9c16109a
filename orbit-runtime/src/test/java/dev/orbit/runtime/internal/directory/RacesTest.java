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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What can go wrong between two messages, one race a test. Node a is looked at. */
class RacesTest {
  private static final MemberId A = new MemberId(new NodeId("a", "shop"), 1);
  private static final MemberId B = new MemberId(new NodeId("b", "shop"), 2);
  private static final MemberId C = new MemberId(new NodeId("c", "shop"), 3);
  private static final AddressableReference ACTOR = new AddressableReference("T", Key.of("x"));
  private static final long DEADLINE = 1_000;

  private final List<String> journal = new ArrayList<>();
  private final List<Asked> asked = new ArrayList<>();
  private final Directory directory =
      new Directory(
          A,
          ClusterView.empty("shop", 1),
          new Host(),
          (call, partition) -> Optional.of(A),
          (to, version, content, question) -> asked.add(new Asked(to, version, content, question)),
          new Directory.Room(10, () -> {}));

  /** What a has asked another, and where the answer goes. */
  private record Asked(MemberId to, long version, Content content, Courier.Question question) {
    void answer(Content answer) {
      question.answered(answer);
    }
  }

  private static ClusterView view(long version, MemberId owner, MemberId... members) {
    return new ClusterView(
        version,
        "shop",
        Arrays.stream(members)
            .map(
                id ->
                    new Member(
                        id,
                        new Endpoint("127.0.0.1", 1),
                        new NodeCapabilities(Set.of("T"), OptionalInt.empty(), Map.of()),
                        NodeStatus.ACTIVE))
            .toList(),
        PartitionTable.of(List.of(Optional.of(owner))));
  }

  private static Content granted(long view, long counter) {
    return new Content.Granted(new Fence(view, counter));
  }

  private static Content entries(Content.Entry... entries) {
    return new Content.EntriesResponse(List.of(entries), true, List.of());
  }

  private Content request(Content.DirectoryRequest request, long version) {
    List<Content> answers = new ArrayList<>();
    directory.request(request, version, answers::add);
    return answers.getFirst();
  }

  @Test
  void aRegistrationInFlightToADeadOwnerIsMadeAtTheNextAndTheDeadOnesGrantIsNotUsed() {
    directory.apply(view(1, B, A, B, C));
    directory.admit(0, new Called(), true);
    directory.apply(view(2, C, A, C));

    asked.get(0).answer(granted(1, 1));
    assertThat(journal).isEmpty();
    asked.get(1).answer(granted(2, 1));

    assertThat(asked.get(0).to()).isEqualTo(B);
    assertThat(asked.get(1).to()).isEqualTo(C);
    assertThat(asked.get(1).version()).isEqualTo(2);
    assertThat(journal).containsExactly("activated under 2.1");
  }

  @Test
  void afterTwoViewsInARowOnlyTheAnswerToTheLastQuestionCounts() {
    directory.apply(view(1, B, A, B, C));
    directory.admit(0, new Called(), true);
    directory.apply(view(2, C, A, B, C));
    directory.apply(view(3, B, A, B, C));

    // The same owner as before, but not the same time of owning.
    asked.get(0).answer(granted(1, 1));
    asked.get(1).answer(granted(2, 1));
    assertThat(journal).isEmpty();
    asked.get(2).answer(granted(3, 1));

    assertThat(journal).containsExactly("activated under 3.1");
  }

  @Test
  void whenTheOwnerDiesDuringTheHandOverEverybodyElseIsAskedAndNothingIsGrantedBefore() {
    directory.apply(view(1, B, A, B, C));
    directory.apply(view(2, A, A, B, C));
    directory.admit(0, new Called(), false);
    directory.apply(view(3, A, A, C));

    asked.get(0).answer(entries());
    asked.get(1).answer(new Content.Nowhere());
    assertThat(journal).isEmpty();
    asked.get(2).answer(entries(new Content.Entry(ACTOR, C, 9, new Fence(1, 4))));

    assertThat(kind(asked.get(0))).isEqualTo(Content.EntriesKind.HAND_OVER);
    assertThat(asked.get(1).content()).isEqualTo(new Content.Lookup(ACTOR));
    assertThat(asked.get(2).to()).isEqualTo(C);
    assertThat(kind(asked.get(2))).isEqualTo(Content.EntriesKind.HOSTED);
    assertThat(journal).containsExactly("passed on to c");
  }

  private static Content.EntriesKind kind(Asked question) {
    return ((Content.EntriesRequest) question.content()).kind();
  }

  @Test
  void aHostThatDiesWhileItRegistersLeavesItsPlaceToTheNextUnderAGreaterFence() {
    directory.apply(view(1, A, A, B, C));
    List.copyOf(asked).forEach(question -> question.answer(entries()));
    Content first = request(new Content.Register(ACTOR, B, 5), 1);
    directory.apply(view(2, A, A, C));

    Content next = request(new Content.Register(ACTOR, C, 8), 2);
    Content late = request(new Content.Register(ACTOR, B, 6), 2);

    assertThat(first).isEqualTo(granted(1, 1));
    assertThat(next).isEqualTo(granted(1, 2));
    assertThat(late).isInstanceOf(Content.Refresh.class);
    assertThat(request(new Content.Lookup(ACTOR), 2))
        .isEqualTo(new Content.Hosted(C, 8, new Fence(1, 2)));
  }

  @Test
  void entriesThatAnswerAnOlderViewDoNotFillANewerTimeOfOwning() {
    directory.apply(view(1, B, A, B, C));
    directory.apply(view(2, A, A, B, C));
    directory.apply(view(3, B, A, B, C));
    directory.apply(view(4, A, A, B, C));
    directory.admit(0, new Called(), false);

    asked.get(0).answer(entries());
    assertThat(journal).isEmpty();
    asked.get(1).answer(entries(new Content.Entry(ACTOR, B, 3, new Fence(3, 1))));

    assertThat(asked.get(0).version()).isEqualTo(2);
    assertThat(asked.get(1).version()).isEqualTo(4);
    assertThat(journal).containsExactly("passed on to b");
  }

  @Test
  void aQuestionOfAViewBeforeTheOwnershipIsSentToCatchUp() {
    directory.apply(view(1, B, A, B, C));
    directory.apply(view(2, A, A, B, C));
    List.copyOf(asked).forEach(question -> question.answer(entries()));

    assertThat(request(new Content.Register(ACTOR, C, 8), 1)).isEqualTo(new Content.Refresh(2));
    assertThat(request(new Content.Register(ACTOR, C, 8), 2)).isEqualTo(granted(2, 1));
  }

  @Test
  void aGrantThatComesWhenItsCallerHasGivenUpIsGivenBackAndNothingRuns() {
    directory.apply(view(1, B, A, B, C));
    directory.admit(0, new Called(), true);
    directory.tick(DEADLINE + 1);

    asked.get(0).answer(granted(1, 1));

    assertThat(journal).containsExactly("EXPIRED");
    assertThat(asked).hasSize(2);
    Content.Register register = (Content.Register) asked.get(0).content();
    assertThat(asked.get(1).content())
        .isEqualTo(new Content.Unregister(ACTOR, A, register.activation()));
  }

  /** As after an end of which the owner never heard. */
  @Test
  void anEntryThatItsHostHasForgottenHealsAtTheNextCall() {
    directory.apply(view(1, A, A, B));
    List.copyOf(asked).forEach(question -> question.answer(entries()));
    request(new Content.Register(ACTOR, B, 5), 1);

    directory.admit(0, new Called(), false);
    Content healed = request(new Content.Register(ACTOR, B, 6), 1);

    assertThat(journal).containsExactly("passed on to b");
    assertThat(healed).isEqualTo(granted(1, 2));
    assertThat(request(new Content.Lookup(ACTOR), 1))
        .isEqualTo(new Content.Hosted(B, 6, new Fence(1, 2)));
  }

  @Test
  void aHostThatHasForgottenAnActivationRegistersANewOneAtTheNextCall() {
    directory.apply(view(1, B, A, B));
    directory.admit(0, new Called(), true);
    asked.get(0).answer(granted(1, 1));

    // This host says of every actor that it has none.
    directory.admit(0, new Called(), true);
    asked.get(1).answer(granted(1, 2));

    Content.Register first = (Content.Register) asked.get(0).content();
    Content.Register second = (Content.Register) asked.get(1).content();
    assertThat(second.activation()).isGreaterThan(first.activation());
    assertThat(journal).containsExactly("activated under 1.1", "activated under 1.2");
  }

  private final class Host extends EmptyHost {
    @Override
    public boolean activate(
        AddressableReference address,
        Grant grant,
        List<Arrival> calls,
        Optional<Content.Carried> carried) {
      journal.add("activated under %d.%d".formatted(grant.fence().view(), grant.fence().counter()));
      return true;
    }
  }

  private final class Called extends PlainCall {
    Called() {
      super(ACTOR);
    }

    @Override
    public void passOn(MemberId to, boolean placed) {
      journal.add("passed on to " + to.node().key());
    }

    @Override
    public void turnAway(Refusal refusal) {
      journal.add(refusal.name());
    }

    @Override
    public long deadlineNanos() {
      return DEADLINE;
    }
  }
}
