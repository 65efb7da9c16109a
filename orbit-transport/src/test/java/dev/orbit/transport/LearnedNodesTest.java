package dev.orbit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.proto.Content;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LearnedNodesTest {
  private static final NodeId A = new NodeId("a", "test");
  private static final NodeId B = new NodeId("b", "test");
  private static final NodeId C = new NodeId("c", "test");
  private static final Endpoint ASKED = new Endpoint("127.0.0.1", 1);

  private final LearnedNodes learned = new LearnedNodes();

  private static Content.InfoResponse answer(NodeId from, long version, NodeId... members) {
    List<Member> list =
        Stream.of(members)
            .map(
                node ->
                    new Member(
                        new MemberId(node, 1),
                        new Endpoint(node.key(), (int) version),
                        NodeCapabilities.NONE,
                        NodeStatus.ACTIVE))
            .toList();
    return new Content.InfoResponse(from, list, version);
  }

  @Test
  void findsTheMembersThatANodeNamedAndTheNodeWhereItWasAsked() {
    learned.learn(ASKED, answer(A, 5, A, B));

    assertThat(learned.resolveNode(A)).contains(ASKED);
    assertThat(learned.resolveNode(B)).contains(new Endpoint("b", 5));
    assertThat(learned.resolveNode(C)).isEmpty();
  }

  @Test
  void forgetsMembersThatALaterViewNoLongerHas() {
    learned.learn(ASKED, answer(A, 5, A, B));

    learned.learn(ASKED, answer(A, 6, A, C));

    assertThat(learned.endpoints()).containsOnlyKeys(A, C);
  }

  @Test
  void takesFromAnOlderViewNothingButTheNodeThatAnswered() {
    learned.learn(ASKED, answer(A, 6, A, C));

    learned.learn(new Endpoint("127.0.0.1", 2), answer(B, 5, A, B));

    assertThat(learned.endpoints()).containsOnlyKeys(A, B, C);
    assertThat(learned.resolveNode(A)).contains(ASKED);
  }
}
