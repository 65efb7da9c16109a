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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a node does for actors that are called while the entries of their partition are awaited. */
class AheadTest {
  private static final MemberId A = new MemberId(new NodeId("a", "shop"), 1);
  private static final MemberId B = new MemberId(new NodeId("b", "shop"), 2);
  private static final MemberId C = new MemberId(new NodeId("c", "shop"), 3);
  private static final AddressableReference X = new AddressableReference("T", Key.of("x"));
  private static final AddressableReference Y = new AddressableReference("T", Key.of("y"));
  private static final long DEADLINE = 1_000;

  private final List<String> journal = new ArrayList<>();
  private final List<Asked> asked = new ArrayList<>();
  private final Map<AddressableReference, Grant> hosted = new HashMap<>();
  private final Directory directory =
      new Directory(
          A,
          ClusterView.empty("shop", 1),
          new Host(),
          (call, partition) -> Optional.of(A),
          (to, version, content, question) -> asked.add(new Asked(to, version, content, question)),
          new Directory.Room(100, () -> {}));

  private record Asked(MemberId to, long version, Content content, Courier.Question question) {}

  @Test
  void anActorThatIsCalledIsFoundWithoutWaitingForTheOthers() {
    gainFromB();
    directory.admit(0, new Called(X, "1"), false);

    answer(lookup(X), new Content.Hosted(C, 9, new Fence(1, 4)));
    directory.admit(0, new Called(X, "2"), false);

    assertThat(lookup(X).to()).isEqualTo(B);
    assertThat(lookup(X).version()).isEqualTo(2);
    assertThat(journal).containsExactly("1 to c", "2 to c");
    assertThat(directory.served()).isZero();
    assertThat(directory.waiting()).isZero();
  }

  @Test
  void anActorThatWasNowhereIsActivatedAtOnceAndNoOther() {
    gainFromB();
    directory.admit(0, new Called(X, "1"), false);
    directory.admit(0, new Called(Y, "2"), false);

    answer(lookup(X), new Content.Nowhere());

    assertThat(journal).containsExactly("1 activated under 2.1");
    assertThat(directory.waiting()).isOne();
  }

  @Test
  void callsThatWaitForAnActorGoBeforeThoseThatComeLater() {
    gainFromB();
    directory.admit(0, new Called(X, "1"), false);
    directory.admit(0, new Called(X, "2"), false);
    directory.admit(
        0,
        new Called(X, "3") {
          @Override
          public void passOn(MemberId to, boolean placed) {
            super.passOn(to, placed);
            // Comes while those before it are on their way.
            directory.admit(0, new Called(X, "5"), false);
          }
        },
        false);
    directory.admit(0, new Called(X, "4"), false);

    answer(lookup(X), new Content.Hosted(C, 9, new Fence(1, 4)));

    assertThat(journal).containsExactly("1 to c", "2 to c", "3 to c", "4 to c", "5 to c");
  }

  @Test
  void whatHasHappenedSinceIsNotUndoneByTheEntriesOfAll() {
    gainFromB();
    directory.admit(0, new Called(X, "1"), false);
    answer(lookup(X), new Content.Hosted(C, 9, new Fence(1, 4)));
    assertThat(request(new Content.Unregister(X, C, 9), 2)).isEqualTo(new Content.Done());

    answer(
        asked.getFirst(),
        new Content.EntriesResponse(
            List.of(
                new Content.Entry(X, C, 9, new Fence(1, 4)),
                new Content.Entry(Y, C, 10, new Fence(1, 5))),
            true,
            List.of()));

    assertThat(request(new Content.Lookup(X), 2)).isEqualTo(new Content.Nowhere());
    assertThat(request(new Content.Lookup(Y), 2))
        .isEqualTo(new Content.Hosted(C, 10, new Fence(1, 5)));
  }

  @Test
  void aRegistrationIsAnsweredAheadAsACallIs() {
    gainFromB();
    List<Content> answers = new ArrayList<>();
    directory.request(new Content.Register(X, C, 9), 2, answers::add);

    assertThat(answers).isEmpty();
    answer(lookup(X), new Content.Nowhere());

    assertThat(answers).containsExactly(new Content.Granted(new Fence(2, 1)));
  }

  @Test
  void aQuestionWithoutAnAnswerIsRepeatedAndNothingIsGrantedMeanwhile() {
    gainFromB();
    directory.admit(0, new Called(X, "1"), false);
    lookup(X).question().failed();
    asked.removeIf(question -> question.content() instanceof Content.Lookup);

    directory.tick(1);

    assertThat(journal).isEmpty();
    answer(lookup(X), new Content.Nowhere());
    assertThat(journal).containsExactly("1 activated under 2.1");
  }

  @Test
  void aFormerOwnerThatNeverHadTheEntriesIsAskedNoMore() {
    gainFromB();
    directory.admit(0, new Called(X, "1"), false);
    answer(lookup(X), new Content.Refresh(2));
    asked.clear();

    directory.tick(1);
    directory.admit(0, new Called(Y, "2"), false);

    assertThat(asked).isEmpty();
    assertThat(journal).isEmpty();
    assertThat(directory.waiting()).isEqualTo(2);
  }

  @Test
  void soManyAreAskedForAtATimeAndTheOthersWhenAnswersHaveCome() {
    gainFromB();
    for (int i = 0; i <= Ahead.MOST_OPEN; i++) {
      directory.admit(0, new Called(actor(i), "call"), false);
    }
    long atFirst = lookups();
    directory.tick(1);
    long withoutAnswers = lookups();
    answer(lookup(actor(0)), new Content.Nowhere());
    directory.tick(2);

    assertThat(atFirst).isEqualTo(Ahead.MOST_OPEN);
    assertThat(withoutAnswers).isEqualTo(Ahead.MOST_OPEN);
    assertThat(lookups()).isEqualTo(Ahead.MOST_OPEN + 1L);
  }

  @Test
  void soManyAreKnownAheadAndNoMoreAreAskedFor() {
    gainFromB();
    for (int i = 0; i < Ahead.MOST_KNOWN; i++) {
      directory.admit(0, new Called(actor(i), "call"), false);
      answer(asked.getLast(), new Content.Nowhere());
    }
    directory.admit(0, new Called(X, "one more"), false);

    assertThat(lookups()).isEqualTo(Ahead.MOST_KNOWN);
    assertThat(directory.waiting()).isOne();
  }

  private static AddressableReference actor(int number) {
    return new AddressableReference("T", Key.of(number));
  }

  private long lookups() {
    return asked.stream().filter(question -> question.content() instanceof Content.Lookup).count();
  }

  @Test
  void aFormerOwnerAnswersForItsTimeToWhoHasTheViewThatEndedIt() {
    directory.apply(view(1, A, NodeStatus.ACTIVE));
    List.copyOf(asked)
        .forEach(
            question -> answer(question, new Content.EntriesResponse(List.of(), true, List.of())));
    request(new Content.Register(X, C, 9), 1);
    hosted.put(Y, new Grant(0, 4, new Fence(1, 2)));
    directory.apply(view(2, B, NodeStatus.ACTIVE));

    assertThat(request(new Content.Lookup(X), 2))
        .isEqualTo(new Content.Hosted(C, 9, new Fence(1, 1)));
    assertThat(request(new Content.Lookup(Y), 2))
        .isEqualTo(new Content.Hosted(A, 4, new Fence(1, 2)));
    assertThat(request(new Content.Lookup(X), 1)).isEqualTo(new Content.Refresh(2));
    assertThat(request(new Content.Register(X, B, 11), 2)).isEqualTo(new Content.Refresh(2));
  }

  @Test
  void whoStillGetsReadyIsGrantedNothingAndNotAskedWhatItHosts() {
    directory.apply(view(1, A, NodeStatus.JOINING));

    assertThat(asked).extracting(Asked::to).containsExactly(B);
    answer(asked.getFirst(), new Content.EntriesResponse(List.of(), true, List.of()));
    assertThat(directory.served()).isOne();
    assertThat(request(new Content.Register(X, C, 9), 1)).isEqualTo(new Content.Refresh(1));
    assertThat(request(new Content.Register(X, B, 9), 1)).isInstanceOf(Content.Granted.class);
  }

  private void gainFromB() {
    directory.apply(view(1, B, NodeStatus.ACTIVE));
    directory.apply(view(2, A, NodeStatus.ACTIVE));
  }

  private Asked lookup(AddressableReference address) {
    return asked.stream()
        .filter(question -> question.content().equals(new Content.Lookup(address)))
        .findFirst()
        .orElseThrow();
  }

  private static void answer(Asked question, Content answer) {
    question.question().answered(answer);
  }

  private Content request(Content.DirectoryRequest request, long version) {
    List<Content> answers = new ArrayList<>();
    directory.request(request, version, answers::add);
    return answers.getFirst();
  }

  private static ClusterView view(long version, MemberId owner, NodeStatus statusOfC) {
    return new ClusterView(
        version,
        "shop",
        List.of(member(A, NodeStatus.ACTIVE), member(B, NodeStatus.ACTIVE), member(C, statusOfC)),
        PartitionTable.of(List.of(Optional.of(owner))));
  }

  private static Member member(MemberId id, NodeStatus status) {
    return new Member(
        id,
        new Endpoint("127.0.0.1", 1),
        new NodeCapabilities(Set.of("T"), OptionalInt.empty(), Map.of()),
        status);
  }

  private final class Host extends EmptyHost {
    @Override
    public @Nullable Grant grantOf(AddressableReference address) {
      return hosted.get(address);
    }

    @Override
    public boolean activate(
        AddressableReference address,
        Grant grant,
        List<Arrival> calls,
        Optional<Content.Carried> carried) {
      calls.forEach(
          call ->
              journal.add(
                  "%s activated under %d.%d"
                      .formatted(
                          ((Called) call).name, grant.fence().view(), grant.fence().counter())));
      return true;
    }
  }

  private class Called extends PlainCall {
    private final String name;

    Called(AddressableReference address, String name) {
      super(address);
      this.name = name;
    }

    @Override
    public void passOn(MemberId to, boolean placed) {
      journal.add("%s to %s".formatted(name, to.node().key()));
    }

    @Override
    public void turnAway(Refusal refusal) {
      journal.add("%s %s".formatted(name, refusal));
    }

    @Override
    public long deadlineNanos() {
      return DEADLINE;
    }
  }
}
