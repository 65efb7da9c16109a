package dev.orbit.runtime.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.state.Fence;
import dev.orbit.proto.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a directory wants to be ticked: whenever something waits in it, and only then. */
class RestTest {
  private static final MemberId A = new MemberId(new NodeId("a", "shop"), 1);
  private static final MemberId B = new MemberId(new NodeId("b", "shop"), 2);
  private static final AddressableReference ACTOR = new AddressableReference("T", Key.of("x"));
  private static final Content.EntriesRequest ENTRIES =
      new Content.EntriesRequest(Content.EntriesKind.HOSTED, List.of(0), B, 1, 0);

  private final List<Courier.Question> asked = new ArrayList<>();
  private final List<Content> answers = new ArrayList<>();
  private int wakes;

  /** Whether something waited when it last woke: a tick that comes at once sees it. */
  private boolean waited;

  private final Directory directory =
      new Directory(
          A,
          ClusterView.empty("shop", 1),
          new EmptyHost(),
          (call, partition) -> Optional.of(A),
          (to, version, content, question) -> asked.add(question),
          new Directory.Room(10, this::wake));

  private void wake() {
    wakes++;
    waited = tick();
  }

  /** How often it wakes meanwhile. */
  private int wakesDuring(Runnable action) {
    int before = wakes;
    action.run();
    return wakes - before;
  }

  private boolean tick() {
    return directory.tick(0);
  }

  @Test
  void whereNothingWaitsNoTickIsWanted() {
    directory.apply(view(1, B));
    directory.admit(0, new PlainCall(ACTOR), false);

    assertThat(tick()).isFalse();
  }

  @Test
  void aCallThatWaitsForEntriesWantsTicksUntilTheyAreThere() {
    assertThat(wakesDuring(() -> directory.apply(view(1, A)))).isPositive();
    assertThat(waited).isTrue();
    assertThat(wakesDuring(() -> directory.admit(0, new PlainCall(ACTOR), false))).isPositive();
    boolean whileItWaits = waited;

    Courier.Question entries = asked.getFirst();
    int woken =
        wakesDuring(
            () -> entries.answered(new Content.EntriesResponse(List.of(), true, List.of())));

    assertThat(whileItWaits).isTrue();
    assertThat(woken).isPositive();
    // What is left is the receipt, which the other has not heard.
    assertThat(tick()).isTrue();
    asked.getLast().answered(new Content.EntriesResponse(List.of(), true, List.of()));
    assertThat(tick()).isFalse();
  }

  @Test
  void aQuestionThatFailsIsRepeatedAtATickThatIsWanted() {
    directory.apply(view(1, A));
    int questions = asked.size();

    assertThat(wakesDuring(() -> asked.getLast().failed())).isPositive();
    for (int ticks = 0; ticks < 10 && tick(); ticks++) {
      // The pause before it asks again.
    }

    assertThat(asked).hasSizeGreaterThan(questions);
  }

  @Test
  void anEndThatTheOwnerHasNotHeardWantsTicks() {
    directory.apply(view(1, B));
    assertThat(tick()).isFalse();

    int woken =
        wakesDuring(() -> directory.over(ACTOR, new Grant(0, 7, new Fence(1, 7)), Parting.ENDED));
    boolean untold = waited;
    asked.getFirst().answered(new Content.Done());

    assertThat(woken).isPositive();
    assertThat(untold).isTrue();
    assertThat(tick()).isFalse();
  }

  @Test
  void callsThatAreAdmittedAgainWake() {
    directory.apply(view(1, B));

    assertThat(wakesDuring(() -> directory.admitAgain(new PlainCall(ACTOR)))).isPositive();
  }

  @Test
  void questionsOfAViewThatIsToComeWantTicksUntilTheyAreAnswered() {
    directory.apply(view(1, B));

    int byEntries = wakesDuring(() -> directory.entries(ENTRIES, 2, answers::add));
    boolean entriesWait = waited;
    int byActor = wakesDuring(() -> directory.request(new Content.Lookup(ACTOR), 2, answers::add));
    boolean bothWait = waited;
    for (int ticks = 0; ticks <= Surroundings.BEHIND_TICKS; ticks++) {
      tick();
    }

    assertThat(byActor).isPositive();
    assertThat(byEntries).isPositive();
    assertThat(entriesWait).isTrue();
    assertThat(bothWait).isTrue();
    assertThat(answers).hasSize(2);
    assertThat(tick()).isFalse();
  }

  @Test
  void entriesThatAreBeingFetchedWantTicksUntilTheyAreReceived() {
    directory.apply(view(1, B));

    directory.entries(ENTRIES, 1, answers::add);
    boolean underWay = waited;
    directory.entries(
        new Content.EntriesRequest(
            Content.EntriesKind.HOSTED, List.of(0), B, 1, Content.EntriesRequest.RECEIVED),
        1,
        answers::add);

    assertThat(underWay).isTrue();
    assertThat(tick()).isFalse();
  }

  @Test
  void whatIsKeptForTheNextActivationWantsTicksUntilItIsTaken() {
    directory.apply(view(1, A));
    asked.getFirst().answered(new Content.EntriesResponse(List.of(), true, List.of()));
    asked.getLast().answered(new Content.EntriesResponse(List.of(), true, List.of()));
    tick();
    assertThat(tick()).isFalse();

    directory.over(
        ACTOR,
        new Grant(0, 7, new Fence(1, 7)),
        new Parting(true, Optional.of(new Content.Carried(new byte[] {1}))));
    boolean kept = waited;
    directory.admit(0, new PlainCall(ACTOR), false);

    assertThat(kept).isTrue();
    assertThat(tick()).isFalse();
  }

  private static ClusterView view(long version, MemberId owner) {
    return SimulatedViews.view(version, List.of(A, B), Set.of(), List.of(Optional.of(owner)));
  }
}
