package dev.orbit.proto;

import dev.orbit.api.CallSettings;
import dev.orbit.proto.wire.CallLinkProto;
import dev.orbit.proto.wire.MessageProto;
import dev.orbit.proto.wire.WaitProbeProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a message says of the calls around it, and probes of who waits for whom. */
final class CallScopes {
  static final String CHAIN = "call_chain";
  static final EntryBounds BAGGAGE =
      new EntryBounds("baggage", CallSettings.MAX_BAGGAGE_ENTRIES, CallSettings.MAX_BAGGAGE_LENGTH);
  private static final String PROBE = "content.wait_probe";

  private CallScopes() {}

  static void put(CallScope scope, MessageProto.Builder proto) {
    proto.setCallId(scope.callId());
    if (!scope.chain().isEmpty()) {
      bounded(CHAIN, scope.chain().size());
      scope.chain().forEach(link -> proto.addCallChain(toProto(link, CHAIN)));
    }
    if (!scope.baggage().isEmpty()) {
      proto.putAllBaggage(bounded(scope.baggage()));
    }
  }

  static CallScope fromProto(MessageProto proto) {
    if (proto.getCallId() == 0 && proto.getCallChainCount() == 0 && proto.getBaggageCount() == 0) {
      return CallScope.NONE;
    }
    bounded(CHAIN, proto.getCallChainCount());
    return scope(proto.getCallId(), links(proto.getCallChainList(), CHAIN), proto.getBaggageMap());
  }

  /** The scope, if chain and baggage are within their bounds. */
  static CallScope scope(long callId, List<CallLink> chain, Map<String, String> baggage) {
    bounded(CHAIN, chain.size());
    return new CallScope(callId, chain, bounded(baggage));
  }

  static WaitProbeProto toProto(Content.WaitProbe probe) {
    bounded(PROBE + ".path", probe.path().size());
    WaitProbeProto.Builder proto =
        WaitProbeProto.newBuilder()
            .setActor(References.toProto(probe.actor()))
            .setCallId(probe.callId())
            .setRound(Fields.notNegative(PROBE + ".round", probe.round()))
            .setHops(Fields.notNegative(PROBE + ".hops", probe.hops()));
    probe.path().forEach(link -> proto.addPath(toProto(link, PROBE + ".path")));
    return proto.build();
  }

  static Content fromProto(WaitProbeProto proto) {
    if (!proto.hasActor()) {
      throw Fields.missing(PROBE + ".actor");
    }
    if (proto.getPathCount() == 0) {
      throw Fields.missing(PROBE + ".path");
    }
    bounded(PROBE + ".path", proto.getPathCount());
    return new Content.WaitProbe(
        links(proto.getPathList(), PROBE + ".path"),
        References.fromProto(proto.getActor(), PROBE + ".actor"),
        proto.getCallId(),
        Fields.notNegative(PROBE + ".round", proto.getRound()),
        Fields.notNegative(PROBE + ".hops", proto.getHops()));
  }

  private static CallLinkProto toProto(CallLink link, String field) {
    return CallLinkProto.newBuilder()
        .setActor(References.toProto(link.actor()))
        .setMethod(Fields.name(field + ".method", link.method(), 1, Invocations.MAX_METHOD_LENGTH))
        .setCallId(link.callId())
        .build();
  }

  private static List<CallLink> links(List<CallLinkProto> protos, String field) {
    List<CallLink> links = new ArrayList<>(protos.size());
    for (CallLinkProto proto : protos) {
      if (!proto.hasActor()) {
        throw Fields.missing(field + ".actor");
      }
      links.add(
          new CallLink(
              References.fromProto(proto.getActor(), field + ".actor"),
              Fields.name(field + ".method", proto.getMethod(), 1, Invocations.MAX_METHOD_LENGTH),
              proto.getCallId()));
    }
    return links;
  }

  static void bounded(String field, int size) {
    if (size > CallScope.MAX_CHAIN) {
      throw Fields.violation(
          field, "has %d turns; the most is %d".formatted(size, CallScope.MAX_CHAIN));
    }
  }

  static Map<String, String> bounded(Map<String, String> baggage) {
    return BAGGAGE.checked(baggage);
  }
}
