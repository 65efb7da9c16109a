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

class DirectoryTest {
  private static final MemberId SELF = new MemberId(new NodeId("a", "shop"), 1);
  private static final AddressableReference ACTOR = new AddressableReference("T", Key.of("x"));

  private static final MemberId OTHER = new MemberId(new NodeId("b", "shop"), 2);

  private static final Content.Carried CARRIED = new Content.Carried(new byte[] {1, 2, 3});

  private final List<String> journal = new ArrayList<>();
  private final List<Courier.Question> open = new ArrayList<>();
  private final List<Content> told = new ArrayList<>();
  private boolean takes = true;
  private Runnable whenTold = () -> {};
  private final Directory directory =
      new Directory(
          SELF,
          ClusterView.empty("shop", 1),
          new Host(),
          (call, partition) -> Optional.of(SELF),
          (member, viewVersion, content, question) -> {
            journal.add("told " + member.node().key() + ": " + content.getClass().getSimpleName());
            open.add(question);
            told.add(content);
            whenTold.run();
          },
          new Directory.Room(10, () -> {}));

  @Test
  void aCallThatWantsNoActivationRegistersNoHost() {
    directory.apply(view());

    directory.admit(0, new Recorded(false), false);
    directory.admit(0, new Recorded(false), true);

    assertThat(journal).containsExactly("ABSENT", "ABSENT");
    assertThat(directory.entriesElsewhere()).isZero();
  }

  @Test
  void anyOtherCallOfAnActorThatNobodyHostsActivatesIt() {
    directory.apply(view());

    directory.admit(0, new Recorded(true), false);

    assertThat(journal).containsExactly("activated");
  }

  @Test
  void whatComesToANodeThatDrainsGoesBackToTheOwnerOnceThatKnows() {
    directory.apply(view(1, SELF, NodeStatus.ACTIVE));
    directory.apply(view(2, OTHER, NodeStatus.DRAINING));
    takes = false;

    directory.admit(0, new Recorded(true), true);
    directory.admit(0, new Recorded(true), true);
    List<String> before = List.copyOf(journal);
    open.getFirst().answered(new Content.Done());

    assertThat(before).containsExactly("told b: Unregister");
    assertThat(journal).containsExactly("told b: Unregister", "passed on", "passed on");
  }

  @Test
  void callsOfAnActorThatMovesGoBackInTheirOrderOnceTheOwnerKnows() {
    directory.apply(view(1, SELF, NodeStatus.ACTIVE));
    directory.apply(view(2, OTHER, NodeStatus.ACTIVE));

    directory.over(
        ACTOR, new Grant(0, 7, new Fence(2, 1)), new Parting(true, Optional.of(CARRIED)));
    directory.admit(0, new Recorded(true, "third"), false);
    directory.admitAgain(new Recorded(true, "first"));
    directory.admitAgain(new Recorded(true, "second"));
    open.getFirst().answered(new Content.Done());

    assertThat(String.join(", ", journal))
        .isEqualTo("told b: Unregister, first passed on, second passed on, third passed on");
    assertThat(told.getFirst())
        .isEqualTo(new Content.Unregister(ACTOR, SELF, 7, Optional.of(CARRIED)));
  }

  @Test
  void theNextHostGetsWhatTheLastOneLeftAndNobodyAfterIt() {
    own();
    ask(new Content.Register(ACTOR, OTHER, 5));
    ask(new Content.Unregister(ACTOR, OTHER, 5, Optional.of(CARRIED)));

    Content next = ask(new Content.Register(ACTOR, OTHER, 6));
    ask(new Content.Unregister(ACTOR, OTHER, 6));
    Content after = ask(new Content.Register(ACTOR, OTHER, 7));

    assertThat(next).isEqualTo(new Content.Granted(new Fence(1, 2), Optional.of(CARRIED)));
    assertThat(after).isEqualTo(new Content.Granted(new Fence(1, 3)));
  }

  @Test
  void whatAnEarlierActivationLeftTooLateIsLeftAside() {
    own();
    ask(new Content.Register(ACTOR, OTHER, 5));
    ask(new Content.Register(ACTOR, OTHER, 6));

    ask(new Content.Unregister(ACTOR, OTHER, 5, Optional.of(CARRIED)));
    ask(new Content.Unregister(ACTOR, OTHER, 6));

    assertThat(ask(new Content.Register(ACTOR, OTHER, 7)))
        .isEqualTo(new Content.Granted(new Fence(1, 3)));
  }

  @Test
  void anOwnerThatHostsTheActorItselfGetsWhatTheLastHostLeft() {
    own();
    ask(new Content.Register(ACTOR, OTHER, 5));
    ask(new Content.Unregister(ACTOR, OTHER, 5, Optional.of(CARRIED)));

    directory.admit(0, new Recorded(true), false);

    assertThat(journal).containsExactly("activated with " + CARRIED);
  }

  @Test
  void itIsHandedOverWhenTheNewOwnerHasTheEntries() {
    directory.apply(view(1, SELF, NodeStatus.ACTIVE));
    boolean first = directory.isHandedOver();
    directory.apply(view(2, OTHER, NodeStatus.DRAINING));
    boolean before = directory.isHandedOver();

    directory.entries(fetch(0), 2, answer -> {});
    boolean whileFetched = directory.isHandedOver();
    directory.entries(fetch(Content.EntriesRequest.RECEIVED), 2, answer -> {});

    assertThat(first).isTrue();
    assertThat(before).isFalse();
    assertThat(whileFetched).isFalse();
    assertThat(directory.isHandedOver()).isTrue();
  }

  private static Content.EntriesRequest received(MemberId asker) {
    return new Content.EntriesRequest(
        Content.EntriesKind.HOSTED, List.of(0), asker, 1, Content.EntriesRequest.RECEIVED);
  }

  @Test
  void itIsHandedOverAlsoToWhoAskedEverybodyByALaterView() {
    directory.apply(view(1, SELF, NodeStatus.ACTIVE));
    directory.apply(view(2, OTHER, NodeStatus.ACTIVE));
    directory.apply(view(3, OTHER, NodeStatus.DRAINING));

    directory.entries(received(SELF), 3, answer -> {});
    boolean byAStranger = directory.isHandedOver();
    directory.entries(received(OTHER), 3, answer -> {});

    assertThat(byAStranger).isFalse();
    assertThat(directory.isHandedOver()).isTrue();
  }

  @Test
  void aPartitionThatDoesNotExistIsRefusedInEveryKindOfQuestion() {
    directory.apply(view(1, SELF, NodeStatus.ACTIVE));
    List<Content> answers = new ArrayList<>();

    for (int chunk : new int[] {0, Content.EntriesRequest.RECEIVED}) {
      Content.EntriesRequest request =
          new Content.EntriesRequest(Content.EntriesKind.HAND_OVER, List.of(7), OTHER, 1, chunk);
      directory.entries(request, 1, answers::add);
    }

    assertThat(answers).hasSize(2).allMatch(Content.EntriesRefused.class::isInstance);
  }

  @Test
  void aCallThatWasCalledOffGivesItsPlaceBack() {
    directory.apply(view(1, SELF, NodeStatus.ACTIVE));
    directory.apply(view(2, OTHER, NodeStatus.DRAINING));
    takes = false;
    List<Recorded> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      calls.add(new Recorded(true));
      directory.admit(0, calls.getLast(), true);
    }

    directory.admit(0, new Recorded(true), true);
    calls.forEach(call -> call.over = true);
    directory.tick(0);
    directory.admit(0, new Recorded(true), true);

    assertThat(journal).containsExactly("told b: Unregister", "FULL");
  }

  private static Content.EntriesRequest fetch(int chunk) {
    return new Content.EntriesRequest(Content.EntriesKind.HAND_OVER, List.of(0), OTHER, 1, chunk);
  }

  @Test
  void untilTheOwnerHasHeardItIsAskedAgain() {
    directory.apply(view(1, SELF, NodeStatus.ACTIVE));
    directory.apply(view(2, OTHER, NodeStatus.DRAINING));
    takes = false;

    directory.admit(0, new Recorded(true), true);
    open.getFirst().failed();
    directory.tick(0);
    open.get(1).answered(new Content.Refresh(2));
    directory.tick(0);
    directory.tick(0);
    open.get(0).answered(new Content.Done());
    List<String> before = List.copyOf(journal);
    open.get(2).answered(new Content.Done());

    assertThat(before)
        .containsExactly("told b: Unregister", "told b: Unregister", "told b: Unregister");
    assertThat(journal).endsWith("passed on").hasSize(4);
  }

  @Test
  void whoWasToldToCatchUpTellsAgainOnlyByTheViewThatWasNamed() {
    directory.apply(view(1, SELF, NodeStatus.ACTIVE));
    directory.apply(view(2, OTHER, NodeStatus.DRAINING));
    takes = false;

    directory.admit(0, new Recorded(true), true);
    open.getFirst().answered(new Content.Refresh(3));
    for (int i = 0; i < 20; i++) {
      directory.tick(0);
    }
    int before = open.size();
    directory.apply(view(3, OTHER, NodeStatus.DRAINING));

    assertThat(before).isEqualTo(1);
    assertThat(open).hasSize(2);
  }

  @Test
  void whatIsToldInVainIsToldLessAndLessOften() {
    directory.apply(view(1, SELF, NodeStatus.ACTIVE));
    directory.apply(view(2, OTHER, NodeStatus.DRAINING));
    takes = false;

    directory.admit(0, new Recorded(true), true);
    for (int i = 0; i < 100; i++) {
      open.getLast().answered(new Content.Refresh(2));
      directory.tick(0);
    }

    assertThat(open).hasSizeBetween(10, 20);
  }

  @Test
  void theEndsOfRegistrationsTakeNoPlacesOfCallsWhileEntriesAreFetched() {
    directory.apply(view(1, OTHER, NodeStatus.ACTIVE));
    directory.apply(view(2, SELF, OTHER, NodeStatus.ACTIVE));
    List<Content> answers = new ArrayList<>();

    for (int i = 0; i < 20; i++) {
      directory.request(new Content.Unregister(ACTOR, OTHER, 1), 2, answers::add);
      directory.request(new Content.Unregister(ACTOR, OTHER, 1), 3, answers::add);
    }

    assertThat(directory.owned()).isEqualTo(1);
    assertThat(directory.served()).isZero();
    assertThat(directory.waiting()).isZero();
    assertThat(answers).hasSize(40).containsOnly(new Content.Refresh(2));
  }

  @Test
  void thatEntriesHaveArrivedIsToldUntilItIsHeard() {
    directory.apply(view(1, OTHER, NodeStatus.ACTIVE));
    directory.apply(view(2, SELF, OTHER, NodeStatus.ACTIVE));
    open.getFirst().answered(new Content.EntriesResponse(List.of(), true, List.of()));
    int told = open.size();

    open.getLast().failed();
    directory.tick(0);
    open.getLast().answered(new Content.EntriesRefused());
    directory.tick(0);
    directory.tick(0);
    open.getLast().answered(new Content.EntriesResponse(List.of(), true, List.of()));
    for (int i = 0; i < 100; i++) {
      directory.tick(0);
    }

    assertThat(directory.served()).isEqualTo(1);
    assertThat(told).isEqualTo(2);
    assertThat(open).hasSize(4);
  }

  @Test
  void thatEntriesHaveArrivedIsNotToldForEver() {
    directory.apply(view(1, OTHER, NodeStatus.ACTIVE));
    directory.apply(view(2, SELF, OTHER, NodeStatus.ACTIVE));
    open.getFirst().answered(new Content.EntriesResponse(List.of(), true, List.of()));

    for (int i = 0; i < 1_000; i++) {
      open.getLast().failed();
      directory.tick(0);
    }

    assertThat(open).hasSize(41);
  }

  @Test
  void whatAnEndFoundByACallTellsIsSentAfterTheMonitorIsLeft() {
    directory.apply(view(1, OTHER, NodeStatus.ACTIVE));
    List<Boolean> held = new ArrayList<>();
    whenTold = () -> held.add(directory.holdsMonitorForTest(0));
    Recorded call = new Recorded(true);
    call.whenDelivered =
        () -> directory.over(ACTOR, new Grant(0, 1, new Fence(1, 1)), Parting.ENDED);

    directory.admit(0, call, true);

    assertThat(journal).containsExactly("told b: Unregister", "told b: Register");
    assertThat(held).containsExactly(false, false);
  }

  @Test
  void whatWaitsThereEndsAtItsDeadlineAndWithTheLife() {
    directory.apply(view(1, SELF, NodeStatus.ACTIVE));
    directory.apply(view(2, OTHER, NodeStatus.DRAINING));
    takes = false;

    directory.admit(0, new Recorded(true, 100), true);
    directory.admit(0, new Recorded(true), true);
    directory.tick(100);
    directory.end();

    assertThat(journal).containsExactly("told b: Unregister", "EXPIRED", "ENDED");
  }

  @Test
  void aNodeThatStopsWithoutHavingSaidSoRefuses() {
    directory.apply(view(1, SELF, NodeStatus.ACTIVE));
    directory.apply(view(2, OTHER, NodeStatus.ACTIVE));
    takes = false;

    directory.admit(0, new Recorded(true), true);

    assertThat(journal).containsExactly("told b: Unregister", "ENDED");
  }

  private static ClusterView view() {
    return view(1, SELF, NodeStatus.ACTIVE);
  }

  private static ClusterView view(long version, MemberId owner, NodeStatus own) {
    return view(version, owner, owner.equals(SELF) ? SELF : OTHER, own);
  }

  private static ClusterView view(long version, MemberId owner, MemberId other, NodeStatus own) {
    return new ClusterView(
        version,
        "shop",
        other.equals(SELF)
            ? List.of(member(SELF, own))
            : List.of(member(SELF, own), member(OTHER, NodeStatus.ACTIVE)),
        PartitionTable.of(List.of(Optional.of(owner))));
  }

  /** Owns the partition, has what the other member hosts in it, and has told nobody of anything. */
  private void own() {
    directory.apply(view(1, SELF, OTHER, NodeStatus.ACTIVE));
    open.getFirst().answered(new Content.EntriesResponse(List.of(), true, List.of()));
    journal.clear();
  }

  private Content ask(Content.DirectoryRequest request) {
    directory.request(request, 1, told::add);
    return told.getLast();
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
    public boolean mayActivate() {
      return takes;
    }

    @Override
    public boolean activate(
        AddressableReference address,
        Grant grant,
        List<Arrival> calls,
        Optional<Content.Carried> carried) {
      journal.add("activated" + carried.map(some -> " with " + some).orElse(""));
      return true;
    }
  }

  private final class Recorded extends PlainCall {
    private final boolean activates;
    private final long deadline;
    private String name = "";
    boolean over;
    Runnable whenDelivered = () -> {};

    Recorded(boolean activates) {
      this(activates, Long.MAX_VALUE);
    }

    Recorded(boolean activates, long deadline) {
      super(ACTOR);
      this.activates = activates;
      this.deadline = deadline;
    }

    Recorded(boolean activates, String name) {
      this(activates);
      this.name = name + " ";
    }

    @Override
    public boolean isOver() {
      return over;
    }

    @Override
    public boolean deliver() {
      whenDelivered.run();
      return false;
    }

    @Override
    public void passOn(MemberId to, boolean placed) {
      journal.add(name + "passed on");
    }

    @Override
    public void turnAway(Refusal refusal) {
      journal.add(refusal.name());
    }

    @Override
    public boolean activates() {
      return activates;
    }

    @Override
    public long deadlineNanos() {
      return deadline;
    }
  }
}
