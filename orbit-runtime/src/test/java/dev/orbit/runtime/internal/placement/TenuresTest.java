package dev.orbit.runtime.internal.placement;

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
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Partitions change hands between this node, a, and b and c, which answer when the test lets them.
 */
class TenuresTest {
  private static final MemberId A = member("a", 1);
  private static final MemberId B = member("b", 2);
  private static final MemberId C = member("c", 3);
  private static final Duration LONG = Duration.ofSeconds(1);

  private final ManualEnvironment environment = new ManualEnvironment();
  private final Map<MemberId, List<Integer>> answers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final BitSet ownBusy = new BitSet();
  private final Tenures tenures =
      new Tenures(
          environment,
          A,
          new Tenures.Hosted(Set.of("T"), 3, 2),
          (member, version) -> {
            asked.add(member.node().key() + "@" + version);
            List<Integer> answer = answers.get(member);
            return answer == null
                ? CompletableFuture.failedFuture(new IllegalStateException("cut off"))
                : CompletableFuture.completedFuture(answer);
          },
          () -> (BitSet) ownBusy.clone());

  @Test
  void opensAtOnceWhenThereIsNobodyElse() {
    tenures.apply(view(1, List.of(A), A, A, A));

    assertThat(tenures.served()).isEqualTo(3);
    assertThat(asked).isEmpty();
  }

  @Test
  void asksEveryOtherMemberOfTheViewThatGaveThePartition() {
    answers.put(B, List.of());
    answers.put(C, List.of());

    tenures.apply(view(7, List.of(A, B, C), A, B, C));

    assertThat(asked).containsExactlyInAnyOrder("b@7", "c@7");
    assertThat(tenures.served()).isEqualTo(1);
  }

  @Test
  void staysClosedUntilTheLastMemberHasAnswered() {
    answers.put(B, List.of());

    tenures.apply(view(7, List.of(A, B, C), A, B, C));
    environment.advance(LONG);
    int before = tenures.served();
    answers.put(C, List.of());
    environment.advance(LONG);

    assertThat(before).isZero();
    assertThat(tenures.served()).isEqualTo(1);
  }

  @Test
  void opensWhatIsNotBusyBeforeWhatIs() {
    answers.put(B, List.of(1));

    tenures.apply(view(7, List.of(A, B), A, A, A));
    environment.advance(LONG);
    List<Boolean> before = open();
    answers.put(B, List.of());
    environment.advance(LONG);

    assertThat(before).containsExactly(true, false, true);
    assertThat(open()).containsExactly(true, true, true);
  }

  @Test
  void aMemberThatHasLeftTheViewNeedNotAnswer() {
    tenures.apply(view(7, List.of(A, B), A, A, B));
    environment.advance(LONG);
    int before = tenures.served();

    tenures.apply(view(8, List.of(A), A, A, A));

    assertThat(before).isZero();
    assertThat(tenures.served()).isEqualTo(3);
  }

  @Test
  void waitsForItsOwnActivationsOfAnEarlierTenure() {
    answers.put(B, List.of());
    tenures.apply(view(7, List.of(A, B), A, A, A));
    tenures.apply(view(8, List.of(A, B), B, A, A));
    ownBusy.set(0);

    tenures.apply(view(9, List.of(A, B), A, A, A));
    environment.advance(LONG);
    boolean before = open().getFirst();
    ownBusy.clear();
    environment.advance(LONG);

    assertThat(before).isFalse();
    assertThat(open().getFirst()).isTrue();
    assertThat(tenures.of(reference(), 0).orElseThrow().sinceView()).isEqualTo(9);
    assertThat(tenures.of(reference(), 1).orElseThrow().sinceView()).isEqualTo(7);
  }

  @Test
  void aPartitionThatIsGoneBeforeItWasOpenedNeverOpens() {
    tenures.apply(view(7, List.of(A, B), A, B, B));
    Tenure gained = tenures.of(reference(), 0).orElseThrow();
    RecordedWaiting waiting = admitted(gained);

    tenures.apply(view(8, List.of(A, B), B, B, B));
    answers.put(B, List.of());
    environment.advance(LONG);

    assertThat(gained.isOpen()).isFalse();
    assertThat(waiting.outcome).isEqualTo("MOVED");
    assertThat(tenures.of(reference(), 0)).isEmpty();
  }

  @Test
  void callsWaitInTheirOrderUntilThePartitionOpens() {
    tenures.apply(view(7, List.of(A, B), A, B, B));
    Tenure gained = tenures.of(reference(), 0).orElseThrow();
    RecordedWaiting first = admitted(gained);
    RecordedWaiting second = admitted(gained);
    RecordedWaiting third = admitted(gained);

    String before = first.outcome;
    answers.put(B, List.of());
    environment.advance(LONG);

    assertThat(before).isEqualTo("waiting");
    assertThat(List.of(first.outcome, second.outcome, third.outcome))
        .containsExactly("admitted 1", "admitted 2", "FULL");
  }

  @Test
  void aCallWhoseDeadlineHasPassedWaitsNoLonger() {
    tenures.apply(view(7, List.of(A, B), A, B, B));
    RecordedWaiting waiting = admitted(tenures.of(reference(), 0).orElseThrow());

    environment.advance(Duration.ofSeconds(6));

    assertThat(waiting.outcome).isEqualTo("EXPIRED");
  }

  @Test
  void everythingIsRevokedAtTheEnd() {
    tenures.apply(view(7, List.of(A), A, A, A));
    Tenure open = tenures.of(reference(), 0).orElseThrow();

    tenures.end();
    tenures.apply(view(8, List.of(A), A, A, A));

    assertThat(open.isOpen()).isFalse();
    assertThat(tenures.held()).isZero();
  }

  private final class RecordedWaiting implements Waiting {
    private String outcome = "waiting";

    @Override
    public void admit() {
      admissions++;
      outcome = "admitted " + admissions;
    }

    @Override
    public void turnAway(Refusal refusal) {
      outcome = refusal.name();
    }

    @Override
    public long deadlineNanos() {
      return Duration.ofSeconds(5).toNanos();
    }
  }

  private int admissions;

  private RecordedWaiting admitted(Tenure tenure) {
    RecordedWaiting waiting = new RecordedWaiting();
    tenure.admit(waiting);
    return waiting;
  }

  private List<Boolean> open() {
    List<Boolean> open = new ArrayList<>();
    for (int partition = 0; partition < 3; partition++) {
      open.add(tenures.of(reference(), partition).filter(Tenure::isOpen).isPresent());
    }
    return open;
  }

  private static AddressableReference reference() {
    return new AddressableReference("T", Key.of("any"));
  }

  private static MemberId member(String name, long incarnation) {
    return new MemberId(new NodeId(name, "shop"), incarnation);
  }

  private static Placement view(long version, List<MemberId> members, MemberId... owners) {
    NodeCapabilities capabilities =
        new NodeCapabilities(Set.of("T"), OptionalInt.empty(), Map.of());
    return Placement.of(
        new ClusterView(
            version,
            "shop",
            members.stream()
                .map(
                    id ->
                        new Member(
                            id, new Endpoint("127.0.0.1", 1), capabilities, NodeStatus.ACTIVE))
                .toList(),
            PartitionTable.of(Arrays.stream(owners).map(Optional::of).toList())));
  }
}
