package dev.orbit.runtime.internal.audit;

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
import dev.orbit.runtime.inspect.IntegrityReport;
import dev.orbit.runtime.inspect.IntegrityReport.Finding;
import dev.orbit.runtime.inspect.IntegrityReport.Kind;
import dev.orbit.runtime.internal.directory.Courier;
import dev.orbit.runtime.internal.simulated.HastyEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Node a owns the only partition; b and c may host actors of it. */
class AuditTest {
  private static final AddressableReference X = new AddressableReference("T", Key.of("x"));
  private static final AddressableReference Y = new AddressableReference("T", Key.of("y"));
  private static final MemberId A = member("a");
  private static final MemberId B = member("b");
  private static final MemberId C = member("c");

  private final Map<MemberId, List<Content.Entry>> told = new HashMap<>();
  private final Set<MemberId> deaf = new HashSet<>();
  private final Set<MemberId> doesNotServe = new HashSet<>();
  private final List<String> asked = new ArrayList<>();
  private Runnable afterEachQuestion = () -> {};

  private static MemberId member(String name) {
    return new MemberId(new NodeId(name, "shop"), 1);
  }

  private static Content.Entry entry(AddressableReference actor, MemberId host, long activation) {
    return new Content.Entry(actor, host, activation, new Fence(1, 1));
  }

  private void says(MemberId member, Content.Entry... entries) {
    told.put(member, List.of(entries));
  }

  private IntegrityReport check() {
    ClusterView view =
        new ClusterView(
            7,
            "shop",
            Stream.of(A, B, C)
                .map(
                    id ->
                        new Member(
                            id,
                            new Endpoint("127.0.0.1", 1),
                            NodeCapabilities.NONE,
                            NodeStatus.ACTIVE))
                .toList(),
            PartitionTable.of(List.of(Optional.of(A))));
    return new Audit(new HastyEnvironment(), this::ask, A, () -> view).run(Duration.ofSeconds(10));
  }

  private void ask(MemberId to, long version, Content content, Courier.Question question) {
    Content.EntriesRequest request = (Content.EntriesRequest) content;
    asked.add(to.node().key() + " " + request.kind() + " " + request.chunk());
    if (deaf.contains(to)) {
      return;
    }
    List<Content.Entry> all = told.getOrDefault(to, List.of());
    if (request.chunk() == Content.EntriesRequest.RECEIVED) {
      question.answered(new Content.EntriesResponse(List.of(), true, List.of()));
      return;
    }
    int chunk = request.chunk();
    boolean last = chunk + 1 >= all.size();
    question.answered(
        new Content.EntriesResponse(
            all.isEmpty() ? List.of() : all.subList(chunk, chunk + 1),
            last,
            doesNotServe.contains(to) ? List.of(0) : List.of()));
    afterEachQuestion.run();
  }

  @Test
  void nothingIsFoundWhereEveryEntryHasItsActivation() {
    says(
        A, entry(X, B, 3), entry(Y, A, 9), entry(new AddressableReference("T", Key.of("z")), C, 0));
    says(B, entry(X, B, 3));
    doesNotServe.addAll(Set.of(B, C));

    IntegrityReport report = check();

    assertThat(report.isWell()).isTrue();
    assertThat(report.viewVersion()).isEqualTo(7);
    assertThat(report.members()).isEqualTo(3);
    assertThat(report.activations()).isEqualTo(2);
    assertThat(report.entries()).isEqualTo(2);
    assertThat(asked)
        .containsExactly(
            "a AUDIT 0",
            "a AUDIT 1",
            "a AUDIT 2",
            "a AUDIT 2147483647",
            "b AUDIT 0",
            "b AUDIT 2147483647",
            "c AUDIT 0",
            "c AUDIT 2147483647");
  }

  @Test
  void anActivationThatItsOwnerDoesNotKnowIsFound() {
    says(B, entry(X, B, 3));

    assertThat(check().findings())
        .containsExactly(new Finding(Kind.ACTIVATION_WITHOUT_ENTRY, X, 0, List.of(B), A));
  }

  @Test
  void soIsOneThatTheOwnerKnowsByAnotherNumber() {
    says(A, entry(X, B, 2));
    says(B, entry(X, B, 3));

    assertThat(check().findings())
        .containsExactlyInAnyOrder(
            new Finding(Kind.ACTIVATION_WITHOUT_ENTRY, X, 0, List.of(B), A),
            new Finding(Kind.ENTRY_WITHOUT_ACTIVATION, X, 0, List.of(B), A));
  }

  @Test
  void anEntryWithoutItsActivationIsFound() {
    says(A, entry(X, B, 3));

    assertThat(check().findings())
        .containsExactly(new Finding(Kind.ENTRY_WITHOUT_ACTIVATION, X, 0, List.of(B), A));
  }

  @Test
  void twoActivationsAreFoundWhateverTheDirectorySays() {
    says(A, entry(X, A, 1), entry(X, B, 3));
    says(B, entry(X, B, 3));
    doesNotServe.add(A);

    assertThat(check().findings())
        .containsExactly(new Finding(Kind.TWO_ACTIVATIONS, X, 0, List.of(A, B), A));
  }

  @Test
  void whatIsDifferentAtEveryLookIsNothingWrong() {
    says(B, entry(X, B, 3));
    long[] number = {3};
    afterEachQuestion = () -> says(B, entry(X, B, ++number[0]));

    IntegrityReport report = check();

    assertThat(report.findings()).isEmpty();
    assertThat(asked).hasSize(24);
  }

  @Test
  void whoDoesNotAnswerIsNamedAndWhatOnlyItKnowsIsNotJudged() {
    says(A, entry(X, B, 3));
    deaf.add(B);

    IntegrityReport report = check();

    assertThat(report.findings()).isEmpty();
    assertThat(report.silent()).containsExactly(B);
    assertThat(report.isWell()).isFalse();
  }

  @Test
  void aPartitionThatItsOwnerDoesNotServeIsNotJudged() {
    says(B, entry(X, B, 3));
    doesNotServe.add(A);

    IntegrityReport report = check();

    assertThat(report.findings()).isEmpty();
    assertThat(report.unjudged()).containsExactly(0);
    assertThat(report.isWell()).isFalse();
  }
}
