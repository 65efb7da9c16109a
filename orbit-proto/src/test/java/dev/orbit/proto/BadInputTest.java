package dev.orbit.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.api.state.Fence;
import dev.orbit.proto.wire.KeyProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.proto.wire.MessageTargetProto;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the protocol does not allow is refused, with the path of the field and what is wrong with
 * it.
 */
class BadInputTest {
  private static final String REFERENCE =
      "reference { addressable_type: 'T' key { string_key: 'k' } }";
  private static final String ACTOR = "addressable_type: 'T' key { string_key: 'k' }";
  private static final String NODE = "{ key: 'a' namespace: 'c' }";
  private static final String KINDS =
      "none of error, info_request, info_response, invocation_request, invocation_response,"
          + " invocation_response_error or Orbit's own kinds is set";

  static Stream<Arguments> badEnvelopes() {
    return Stream.of(
        arguments("message_id: 1", "content: is missing"),
        arguments("content { }", "content: " + KINDS),
        arguments(
            "message_id: -5 content { info_request {} }",
            "message_id: -5 is not within 0 to 9223372036854775807"),
        arguments(
            "attempts: 2147483648 content { info_request {} }",
            "attempts: 2147483648 is not within 0 to 2147483647"),
        arguments(
            "attempts: -1 content { info_request {} }",
            "attempts: -1 is not within 0 to 2147483647"),
        arguments(
            "source {} content { info_request {} }",
            "source.key: has 0 characters; allowed are 1 to 100"),
        arguments(
            "source { key: 'a' } content { info_request {} }",
            "source.namespace: has 0 characters; allowed are 1 to 100"),
        arguments(
            "target {} content { info_request {} }",
            "target: none of unicast_target, routed_unicast_target is set"),
        arguments(
            "target { unicast_target {} } content { info_request {} }",
            "target.unicast_target.target: is missing"),
        arguments(
            "target { routed_unicast_target {} } content { info_request {} }",
            "target.routed_unicast_target.target: has 0 nodes; allowed are 1 to 16"),
        arguments(
            "target { routed_unicast_target { target: "
                + NODE
                + " target: {} } } content { info_request {} }",
            "target.routed_unicast_target.target.key: has 0 characters; allowed are 1 to 100"),
        arguments(
            "target { routed_unicast_target { "
                + ("target: " + NODE).repeat(17)
                + " } } content { info_request {} }",
            "target.routed_unicast_target.target: has 17 nodes; allowed are 1 to 16"),
        arguments(
            "payload: 'xy' content { info_request {} }",
            "payload: has 2 bytes without a payload_codec"),
        arguments(
            "payload_codec: 256 content { info_request {} }",
            "payload_codec: 256 is not within 0 to 255"),
        arguments(
            "remaining_micros: 18446744073709551615 content { info_request {} }",
            "remaining_micros: -1 is not within 0 to 9223372036854775807"));
  }

  static Stream<Arguments> badCallScopes() {
    return Stream.of(
        arguments("call_chain {} content { info_request {} }", "call_chain.actor: is missing"),
        arguments(
            "call_chain { actor {} } content { info_request {} }",
            "call_chain.actor.addressable_type: has 0 characters; allowed are 1 to 200"),
        arguments(
            ("call_chain { method: 'm' actor { " + ACTOR + " } }").repeat(65)
                + " content { info_request {} }",
            "call_chain: has 65 turns; the most is 64"),
        arguments(
            "baggage { key: 'k' value: '" + "v".repeat(4096) + "' } content { info_request {} }",
            "baggage: has 4097 characters; the most is 4096"),
        arguments("content { wait_probe { path {} } }", "content.wait_probe.actor: is missing"),
        arguments(
            "content { wait_probe { actor { " + ACTOR + " } } }",
            "content.wait_probe.path: is missing"));
  }

  static Stream<Arguments> badInvocations() {
    return Stream.of(
        arguments(
            "content { invocation_request { method: 'm' } }",
            "content.invocation_request.reference: is missing"),
        arguments(
            "content { invocation_request { method: 'm' reference { key { no_key {} } } } }",
            "content.invocation_request.reference.addressable_type: has 0 characters; allowed are 1"
                + " to 200"),
        arguments(
            "content { invocation_request { method: 'm' reference { addressable_type: 'T' } } }",
            "content.invocation_request.reference.key: is missing"),
        arguments(
            "content { invocation_request { method: 'm' reference { addressable_type: 'T' key {} }"
                + " } }",
            "content.invocation_request.reference.key: none of string_key, int32_key, int64_key,"
                + " no_key is set"),
        arguments(
            "content { invocation_request { method: 'm' reference { addressable_type: 'T' key {"
                + " string_key: '"
                + "k".repeat(1025)
                + "' } } } }",
            "content.invocation_request.reference.key.string_key: has 1025 characters; allowed are"
                + " 0 to 1024"),
        arguments(
            "content { invocation_request { " + REFERENCE + " } }",
            "content.invocation_request.method: has 0 characters; allowed are 1 to 1024"),
        arguments(
            "content { invocation_request { " + REFERENCE + " method: 'm' reason: 7 } }",
            "content.invocation_request.reason: 7 is not a value of this enum"),
        arguments(
            "content { invocation_response_error { retry_after_millis: 9223372036854775808 } }",
            "content.invocation_response_error.retry_after_millis: -9223372036854775808 is not"
                + " within 0 to 9223372036854775807"));
  }

  static Stream<Arguments> badMembers() {
    return Stream.of(
        arguments("content { info_response {} }", "content.info_response.node_id: is missing"),
        arguments(info("members {}"), "content.info_response.members[0].id: is missing"),
        arguments(
            info("members { id " + NODE + " }"),
            "content.info_response.members[0].incarnation: 0 is not within 1 to"
                + " 9223372036854775807"),
        arguments(
            info("members { id " + NODE + " incarnation: 1 }"),
            "content.info_response.members[0].url: is empty"),
        arguments(
            info("members { id " + NODE + " incarnation: 1 url: 'h' port: 65536 }"),
            "content.info_response.members[0].port: 65536 is not within 0 to 65535"),
        arguments(
            info("members { id " + NODE + " incarnation: 1 url: 'h' status: 4 }"),
            "content.info_response.members[0].status: 4 is not a value of this enum"),
        arguments(
            info(
                "members { id "
                    + NODE
                    + " incarnation: 1 url: 'h' capabilities { max_addressables: 0 } }"),
            "content.info_response.members[0].capabilities.max_addressables: 0 is not within 1 to"
                + " 2147483647"),
        arguments(
            info(
                "members { id "
                    + NODE
                    + " incarnation: 1 url: 'h' capabilities { addressable_types: '' } }"),
            "content.info_response.members[0].capabilities.addressable_types: has 0 characters;"
                + " allowed are 1 to 200"),
        arguments(
            info(
                "members { id "
                    + NODE
                    + " incarnation: 1 url: 'h' capabilities { addressable_types: 'T'"
                    + " addressable_types: 'T' } }"),
            "content.info_response.members[0].capabilities.addressable_types: 'T' stands twice"));
  }

  static Stream<Arguments> badContents() {
    return Stream.of(
        arguments(
            "content { hello { max_message_bytes: 4294967295 } }",
            "content.hello.max_message_bytes: 4294967295 is not within 0 to 2147483647"),
        arguments(
            "content { chunk { sequence: 4294967295 } }",
            "content.chunk.sequence: 4294967295 is not within 0 to 2147483647"),
        arguments(
            "content { cancel { message_id: -1 } }",
            "content.cancel.message_id: -1 is not within 0 to 9223372036854775807"),
        arguments(
            "content { directory_request {} }", "content.directory_request.reference: is missing"),
        arguments(
            "content { directory_request { operation: 9 " + REFERENCE + " } }",
            "content.directory_request.operation: 9 is not a value of this enum"),
        arguments(
            "content { directory_request { operation: 1 " + REFERENCE + " } }",
            "content.directory_request.host: is missing"),
        arguments(
            "content { directory_request { operation: 1 host { key: 'n' namespace: 'c' } "
                + REFERENCE
                + " } }",
            "content.directory_request.host_incarnation: 0 is not within 1 to"
                + " 9223372036854775807"),
        arguments(
            "content { directory_response { outcome: 77 } }",
            "content.directory_response.outcome: 77 is not a value of this enum"),
        arguments(
            "content { entries_request { kind: 9 } }",
            "content.entries_request.kind: 9 is not a value of this enum"),
        arguments(
            "content { entries_response { entries {} } }",
            "content.entries_response.entries.reference: is missing"),
        arguments("content { location_hint {} }", "content.location_hint.reference: is missing"),
        arguments("content { lease_request {} }", "content.lease_request.reference: is missing"),
        arguments(
            "content { lease_request { reference {} } }",
            "content.lease_request.reference.addressable_reference: is missing"),
        arguments("content { lease_response {} }", "content.lease_response.lease: is missing"),
        arguments(lease(""), "content.lease_response.lease.expires_at: is missing"),
        arguments(lease("expires_at {}"), "content.lease_response.lease.renew_at: is missing"),
        arguments(
            lease("expires_at { nanos: -1 } renew_at {}"),
            "content.lease_response.lease.expires_at.nanos: -1 is not within 0 to 999999999"),
        arguments(
            lease("expires_at {} renew_at { seconds: 253402300800 }"),
            "content.lease_response.lease.renew_at.seconds: 253402300800 is not within -62135596800"
                + " to 253402300799"),
        arguments(
            "content { batch { messages { content { info_request {} } } messages { content {} } }"
                + " }",
            "content.batch.messages[1].content: " + KINDS),
        arguments(
            "content { batch { messages { content { batch {} } } } }",
            "content.batch.messages[0].content.batch: batches do not nest"));
  }

  private static String info(String members) {
    return "content { info_response { node_id " + NODE + members + " } }";
  }

  private static String lease(String times) {
    return "content { lease_response { lease { "
        + REFERENCE
        + " node_id "
        + NODE
        + times
        + " } } }";
  }

  @ParameterizedTest
  @MethodSource({"badEnvelopes", "badCallScopes", "badInvocations", "badMembers", "badContents"})
  void isRefusedWithThePathOfTheField(String text, String description) throws Exception {
    MessageProto proto = TextFormat.parse(text, MessageProto.class);

    Throwable thrown = catchThrowable(() -> Messages.fromProto(proto));

    assertThat(thrown).isInstanceOf(ProtocolException.class);
    assertThat(((ProtocolException) thrown).code()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION);
    assertThat(((ProtocolException) thrown).description()).isEqualTo(description);
  }

  @Test
  void aOneofWithMembersThatOnlyANewerVersionKnowsSaysSo() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    KeyProto key = KeyProto.newBuilder().setUnknownFields(unknown).build();
    MessageProto content =
        MessageProto.newBuilder()
            .setContent(MessageContentProto.newBuilder().setUnknownFields(unknown))
            .build();
    MessageProto target =
        content.toBuilder()
            .setTarget(MessageTargetProto.newBuilder().setUnknownFields(unknown))
            .build();

    assertThatThrownBy(() -> Keys.fromProto(key))
        .hasMessage(
            "ORBIT-4001: key: none of string_key, int32_key, int64_key, no_key is set;"
                + " it has the unknown fields [99]");
    assertThatThrownBy(() -> Messages.fromProto(content))
        .hasMessage("ORBIT-4001: content: " + KINDS + "; it has the unknown fields [99]");
    assertThatThrownBy(() -> Messages.fromProto(target))
        .hasMessage(
            "ORBIT-4001: target: none of unicast_target, routed_unicast_target is set;"
                + " it has the unknown fields [99]");
  }

  static Stream<Arguments> unsendable() {
    AddressableReference reference = new AddressableReference("T", Key.of("k"));
    return Stream.of(
        arguments(Message.of(-1, new Content.InfoRequest()), "message_id"),
        arguments(Message.of(1, new Content.Cancel(-1)), "content.cancel.message_id"),
        arguments(
            Message.of(1, new Content.Credit(reference, 0, -1)), "content.credit.valid_millis"),
        arguments(
            Message.of(1, new Content.Chunk(0, -1, false, 0, new byte[0])),
            "content.chunk.sequence"),
        arguments(
            Message.of(1, new Content.Refresh(-1)), "content.directory_response.refresh_to_view"),
        arguments(
            Message.of(1, new Content.Granted(new Fence(0, -1))),
            "content.directory_response.fence_counter"),
        arguments(
            Message.of(
                1,
                new Content.InvocationRequest(
                    reference, "", "[]", Content.InvocationReason.INVOCATION, false)),
            "content.invocation_request.method"),
        arguments(
            Message.of(
                1,
                new Content.InvocationError(
                    "",
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(Duration.ofMillis(-1)))),
            "content.invocation_response_error.retry_after_millis"),
        arguments(
            Message.of(
                1,
                new Content.InvocationError(
                    "",
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(Duration.ofSeconds(Long.MAX_VALUE)))),
            "content.invocation_response_error.retry_after_millis"),
        arguments(
            Message.of(
                1,
                new Content.LeaseResponse(
                    reference, new NodeId("a", "c"), Instant.MAX, Instant.EPOCH)),
            "content.lease_response.lease.expires_at.seconds"),
        arguments(
            Message.of(1, new Content.Batch(List.of(Message.of(2, new Content.Batch(List.of()))))),
            "content.batch.messages[0].content.batch"),
        arguments(
            Message.of(1, new Content.InfoRequest()).withSource(new NodeId("half \ud83d", "c")),
            "node_id.key"),
        arguments(
            Message.of(
                1, new Content.LeaseRequest("c", new AddressableReference("T", Key.of("\ude00")))),
            "key.string_key"));
  }

  @ParameterizedTest
  @MethodSource("unsendable")
  void whatNoReceiverWouldTakeIsNotSent(Message message, String field) {
    Throwable thrown = catchThrowable(() -> Messages.toProto(message));

    assertThat(thrown).isInstanceOf(ProtocolException.class);
    assertThat(((ProtocolException) thrown).description()).startsWith(field + ": ");
  }

  @Test
  void aTimestampThatNormalizesToAnotherIsRefused() {
    Timestamp tooManyNanos = Timestamp.newBuilder().setNanos(1_000_000_000).build();

    assertThatThrownBy(() -> Timestamps.fromProto(tooManyNanos))
        .hasMessage("ORBIT-4001: timestamp.nanos: 1000000000 is not within 0 to 999999999");
  }

  @Test
  void enumNumbersWithoutAValueAreRefused() {
    assertThatThrownBy(() -> InvocationReasons.fromNumber(2))
        .hasMessage("ORBIT-4001: reason: 2 is not a value of this enum");
    assertThatThrownBy(() -> NodeStatuses.fromNumber(-1))
        .hasMessage("ORBIT-4001: status: -1 is not a value of this enum");
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    MessageProto proto =
        MessageProto.newBuilder().setContent(MessageContentProto.newBuilder()).build();
    byte[] key = {(byte) 0x0a, 2, (byte) 0xc3, (byte) 0x28};
    byte[] bytes =
        proto
            .toByteString()
            .concat(ByteString.copyFrom(new byte[] {0x12, (byte) key.length}))
            .concat(ByteString.copyFrom(key))
            .toByteArray();

    assertThatThrownBy(() -> Stock.decode(bytes))
        .isInstanceOf(ProtocolException.class)
        .hasMessageStartingWith("ORBIT-4001: is not a message: ");
  }
}
