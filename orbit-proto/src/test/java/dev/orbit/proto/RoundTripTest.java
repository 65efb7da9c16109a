package dev.orbit.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.proto.wire.AddressableReferenceProto;
import dev.orbit.proto.wire.KeyProto;
import dev.orbit.proto.wire.NodeIdProto;
import dev.orbit.proto.wire.NodeInfoProto;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What is sent arrives as it was. The seed of a failing run is in the message; {@code -Dorbit.seed}
 * repeats it.
 */
class RoundTripTest {
  private static final long SEED = Long.getLong("orbit.seed", System.nanoTime());
  private static final int RUNS = 1_800;

  @Test
  void everyMessageArrivesAsItWasSent() {
    RandomMessages random = new RandomMessages(SEED);

    for (int i = 0; i < RUNS; i++) {
      Message sent = random.message(i % RandomMessages.KINDS);
      Message arrived = Stock.decode(Stock.encode(sent));
      assertThat(arrived).as("seed %d, run %d", SEED, i).usingRecursiveComparison().isEqualTo(sent);
    }
  }

  @Test
  void theGeneratorDrawsEveryKindOfContent() {
    RandomMessages random = new RandomMessages(SEED);
    Set<Class<?>> drawn = new HashSet<>();

    for (int i = 0; i < RandomMessages.KINDS * 100; i++) {
      drawn.add(random.content(i % RandomMessages.KINDS).getClass());
    }

    assertThat(drawn).isEqualTo(kindsOf(Content.class));
  }

  private static Set<Class<?>> kindsOf(Class<?> sealed) {
    Set<Class<?>> kinds = new HashSet<>();
    for (Class<?> kind : sealed.getPermittedSubclasses()) {
      if (kind.isSealed()) {
        kinds.addAll(kindsOf(kind));
      } else {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  @Test
  void namesOfActorsAndNodesArriveAsTheyWereSent() throws InvalidProtocolBufferException {
    RandomMessages random = new RandomMessages(SEED);

    for (int i = 0; i < RUNS; i++) {
      Key key = random.key();
      NodeId node = random.node();
      AddressableReference reference = random.reference();
      Member member = random.member();

      assertThat(Keys.fromProto(KeyProto.parseFrom(Keys.toProto(key).toByteArray())))
          .as("seed %d", SEED)
          .isEqualTo(key);
      assertThat(NodeIds.fromProto(NodeIdProto.parseFrom(NodeIds.toProto(node).toByteArray())))
          .as("seed %d", SEED)
          .isEqualTo(node);
      assertThat(
              References.fromProto(
                  AddressableReferenceProto.parseFrom(References.toProto(reference).toByteArray())))
          .as("seed %d", SEED)
          .isEqualTo(reference);
      assertThat(Members.fromProto(NodeInfoProto.parseFrom(Members.toProto(member).toByteArray())))
          .as("seed %d", SEED)
          .isEqualTo(member);
      assertThat(Members.fromProto(Members.toProto(member.capabilities())))
          .isEqualTo(member.capabilities());
    }
  }

  @Test
  void momentsOfTheWholeRangeArriveAsTheyWereSent() throws InvalidProtocolBufferException {
    RandomMessages random = new RandomMessages(SEED);

    for (int i = 0; i < RUNS; i++) {
      Instant instant = random.instant();
      Timestamp proto = Timestamp.parseFrom(Timestamps.toProto(instant).toByteArray());
      assertThat(Timestamps.fromProto(proto)).as("seed %d", SEED).isEqualTo(instant);
    }
  }

  @Test
  void enumValuesArriveAsTheyWereSent() {
    for (Content.InvocationReason reason : Content.InvocationReason.values()) {
      assertThat(InvocationReasons.fromNumber(InvocationReasons.toProto(reason).getNumber()))
          .isEqualTo(reason);
    }
    for (NodeStatus status : NodeStatus.values()) {
      assertThat(NodeStatuses.fromNumber(NodeStatuses.toProto(status).getNumber()))
          .isEqualTo(status);
    }
  }

  @Test
  void aWaitOfLessThanAMillisecondIsRoundedUpBecauseZeroSaysNothing() {
    Content error =
        new Content.InvocationError(
            "busy", "", Optional.empty(), Optional.empty(), Optional.of(Duration.ofNanos(1)));

    Content arrived = Stock.decode(Stock.encode(Message.of(1, error))).content();

    assertThat(((Content.InvocationError) arrived).retryAfter()).contains(Duration.ofMillis(1));
  }

  @Test
  void aPayloadIsSharedNotCopied() {
    byte[] bytes = {1, 2, 3};
    Message sent =
        new Message(
            1,
            null,
            null,
            new Content.InvocationResponse(""),
            0,
            Headers.NONE,
            new Payload(2, bytes));

    Message arrived = Messages.fromProto(Messages.toProto(sent));

    assertThat(arrived.payload().bytes()).isSameAs(bytes);
  }
}
