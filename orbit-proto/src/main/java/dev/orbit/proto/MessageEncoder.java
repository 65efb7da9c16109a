package dev.orbit.proto;

import static dev.orbit.proto.BackWriter.VARINT;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.AddressableReferenceProto;
import dev.orbit.proto.wire.CallLinkProto;
import dev.orbit.proto.wire.InvocationRequestProto;
import dev.orbit.proto.wire.InvocationResponseProto;
import dev.orbit.proto.wire.KeyProto;
import dev.orbit.proto.wire.MessageContentProto;
import dev.orbit.proto.wire.MessageProto;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@link Message} to the bytes of its {@link Envelope}, for what is sent often. The result is what
 * {@link Messages#toProto} would have made, and is refused for the same reasons; messages of rare
 * kinds are made by it. A test compares the two over all kinds.
 *
 * <p>Thread-safe.
 */
public final class MessageEncoder {
  private static final String REQUEST = "content.invocation_request";
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;
  private static final byte[] NOTHING = {};
  private static final int TARGETS = 64;

  /** How much room the envelope of an answer takes beside its source; one that is larger grows. */
  private static final int RESPONSE_BYTES = 24;

  /** By how much a request may be larger than the one before without having to grow. */
  private static final int SPARE_BYTES = 16;

  private static final int FIRST_REQUEST_BYTES = 160;
  private static final int MOST_EXPECTED_BYTES = 1024;

  /** How large the request before was: the next one mostly is as large. A lost race is harmless. */
  private int requestBytes = FIRST_REQUEST_BYTES;

  private record KnownTarget(Target target, byte[] bytes) {}

  private final byte[] source;
  private final NameBytes names = new NameBytes();

  /** Nodes that much is sent to; one takes the place of another. A lost race costs an encoding. */
  private final @Nullable KnownTarget[] targets = new @Nullable KnownTarget[TARGETS];

  /**
   * An encoder for what this node sends.
   *
   * @param source what stands as the source of each message; null on a client
   */
  public MessageEncoder(@Nullable NodeId source) {
    if (source == null) {
      this.source = NOTHING;
    } else {
      byte[] id = NodeIds.toProto(source).toByteArray();
      BackWriter writer = new BackWriter(id.length + Varints.MAX_BYTES);
      writer.field(MessageProto.SOURCE_FIELD_NUMBER, id);
      Envelope whole = writer.envelope();
      this.source =
          Arrays.copyOfRange(whole.bytes(), whole.offset(), whole.offset() + whole.length());
    }
  }

  /**
   * The envelope of a message; its id, source, time that is left and payload bytes do not count.
   *
   * @param sourceIncarnation which life of this node sends it, where the message does not say; 0
   *     for none
   * @throws ProtocolException as {@link Messages#toProto}
   */
  public Envelope encode(Message message, long sourceIncarnation) {
    boolean isRequest = message.content() instanceof Content.InvocationRequest;
    BackWriter out =
        new BackWriter(
            isRequest
                ? Math.min(requestBytes, MOST_EXPECTED_BYTES) + SPARE_BYTES
                : source.length + RESPONSE_BYTES);
    Payload payload = message.payload();
    if (payload != null) {
      out.number(
          MessageProto.TRANSFER_FIELD_NUMBER, Fields.notNegative("transfer", payload.transfer()));
      out.number(MessageProto.PAYLOAD_CODEC_FIELD_NUMBER, payload.codec());
    }
    String principal = message.headers().principal();
    if (!principal.isEmpty()) {
      Fields.name("principal", principal, 0, Headers.MAX_PRINCIPAL_LENGTH);
      out.field(MessageProto.PRINCIPAL_FIELD_NUMBER, principal.getBytes(StandardCharsets.UTF_8));
    }
    headers(out, message.headers(), sourceIncarnation);
    out.number(
        MessageProto.ATTEMPTS_FIELD_NUMBER, Fields.notNegative("attempts", message.attempts()));
    content(out, message.content());
    Target target = message.target();
    if (target != null) {
      out.field(MessageProto.TARGET_FIELD_NUMBER, targetBytes(target));
    }
    out.bytes(source);
    if (isRequest) {
      requestBytes = out.mark();
    }
    return out.envelope();
  }

  private byte[] targetBytes(Target target) {
    int place = target.hashCode() & (TARGETS - 1);
    KnownTarget known = targets[place];
    if (known != null && known.target.equals(target)) {
      return known.bytes;
    }
    byte[] bytes = Targets.toProto(target).toByteArray();
    targets[place] = new KnownTarget(target, bytes);
    return bytes;
  }

  private void headers(BackWriter out, Headers headers, long sourceIncarnation) {
    out.number(MessageProto.CREDIT_FIELD_NUMBER, Fields.notNegative("credit", headers.credit()));
    scope(out, headers.call());
    if (!headers.trace().isEmpty()) {
      entries(out, MessageProto.TRACE_CONTEXT_FIELD_NUMBER, Headers.TRACE.checked(headers.trace()));
    }
    out.number(MessageProto.PLACED_FIELD_NUMBER, headers.placed() ? 1 : 0);
    long incarnation =
        headers.sourceIncarnation() != 0 ? headers.sourceIncarnation() : sourceIncarnation;
    out.number(
        MessageProto.SOURCE_INCARNATION_FIELD_NUMBER,
        Fields.notNegative("source_incarnation", incarnation));
    out.number(
        MessageProto.TARGET_INCARNATION_FIELD_NUMBER,
        Fields.notNegative("target_incarnation", headers.targetIncarnation()));
    out.number(
        MessageProto.VIEW_VERSION_FIELD_NUMBER,
        Fields.notNegative("view_version", headers.viewVersion()));
    Fields.notNegative("remaining_micros", headers.remainingMicros());
  }

  private void scope(BackWriter out, CallScope scope) {
    if (!scope.baggage().isEmpty()) {
      entries(out, MessageProto.BAGGAGE_FIELD_NUMBER, CallScopes.bounded(scope.baggage()));
    }
    List<CallLink> chain = scope.chain();
    CallScopes.bounded(CallScopes.CHAIN, chain.size());
    for (int i = chain.size() - 1; i >= 0; i--) {
      CallLink link = chain.get(i);
      int mark = out.mark();
      out.fixed64(CallLinkProto.CALL_ID_FIELD_NUMBER, link.callId());
      out.field(CallLinkProto.METHOD_FIELD_NUMBER, method(CallScopes.CHAIN, link.method()));
      int actor = out.mark();
      reference(out, link.actor());
      out.close(CallLinkProto.ACTOR_FIELD_NUMBER, actor);
      out.close(MessageProto.CALL_CHAIN_FIELD_NUMBER, mark);
    }
    out.fixed64(MessageProto.CALL_ID_FIELD_NUMBER, scope.callId());
  }

  private static void entries(BackWriter out, int field, Map<String, String> entries) {
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      int mark = out.mark();
      out.field(ENTRY_VALUE, entry.getValue().getBytes(StandardCharsets.UTF_8));
      out.field(ENTRY_KEY, entry.getKey().getBytes(StandardCharsets.UTF_8));
      out.close(field, mark);
    }
  }

  private byte[] method(String of, String method) {
    if (method.isEmpty() || method.length() > Invocations.MAX_METHOD_LENGTH) {
      Fields.length(of + ".method", method, 1, Invocations.MAX_METHOD_LENGTH);
    }
    return names.of(of + ".method", method);
  }

  private void content(BackWriter out, Content content) {
    int mark = out.mark();
    if (content instanceof Content.InvocationRequest request) {
      request(out, request);
      out.close(MessageContentProto.INVOCATION_REQUEST_FIELD_NUMBER, mark);
    } else if (content instanceof Content.InvocationResponse(String value)) {
      if (!value.isEmpty()) {
        out.field(
            InvocationResponseProto.VALUE_FIELD_NUMBER, value.getBytes(StandardCharsets.UTF_8));
      }
      out.close(MessageContentProto.INVOCATION_RESPONSE_FIELD_NUMBER, mark);
    } else {
      out.message(Contents.toProto(content));
    }
    out.close(MessageProto.CONTENT_FIELD_NUMBER, mark);
  }

  private void request(BackWriter out, Content.InvocationRequest request) {
    out.number(InvocationRequestProto.ONE_WAY_FIELD_NUMBER, request.oneWay() ? 1 : 0);
    out.number(
        InvocationRequestProto.REASON_FIELD_NUMBER,
        InvocationReasons.toProto(request.reason()).getNumber());
    if (!request.arguments().isEmpty()) {
      out.field(
          InvocationRequestProto.ARGUMENTS_FIELD_NUMBER,
          request.arguments().getBytes(StandardCharsets.UTF_8));
    }
    out.field(InvocationRequestProto.METHOD_FIELD_NUMBER, method(REQUEST, request.method()));
    int mark = out.mark();
    reference(out, request.reference());
    out.close(InvocationRequestProto.REFERENCE_FIELD_NUMBER, mark);
  }

  private void reference(BackWriter out, AddressableReference reference) {
    int mark = out.mark();
    switch (reference.key()) {
      case Key.StringKey(String value) ->
          out.field(KeyProto.STRING_KEY_FIELD_NUMBER, NameBytes.encode("key.string_key", value));
      // Members of a oneof are written even where they are 0.
      case Key.Int32Key(int value) -> {
        out.varint(value);
        out.tag(KeyProto.INT32_KEY_FIELD_NUMBER, VARINT);
      }
      case Key.Int64Key(long value) -> {
        out.varint(value);
        out.tag(KeyProto.INT64_KEY_FIELD_NUMBER, VARINT);
      }
      case Key.NoKey() -> out.field(KeyProto.NO_KEY_FIELD_NUMBER, NOTHING);
    }
    out.close(AddressableReferenceProto.KEY_FIELD_NUMBER, mark);
    out.field(
        AddressableReferenceProto.ADDRESSABLE_TYPE_FIELD_NUMBER,
        names.of("reference.addressable_type", reference.type()));
  }
}
