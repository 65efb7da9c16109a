package dev.orbit.proto;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.proto.wire.AddressableReferenceProto;
import dev.orbit.proto.wire.GroupGapProto;
import dev.orbit.proto.wire.GroupOutcomeProto;
import dev.orbit.proto.wire.GroupRequestProto;
import dev.orbit.proto.wire.GroupResponseProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The contents by which many actors are called at once. */
final class Groups {
  private static final String REQUEST = "content.group_request";
  private static final String OUTCOME = "content.group_response.outcomes";
  private static final String GAP = "content.group_response.gaps";
  private static final int MAX_METHOD_LENGTH = 1024;

  private Groups() {}

  static GroupRequestProto toProto(Content.GroupRequest request) {
    GroupRequestProto.Builder proto =
        GroupRequestProto.newBuilder()
            .setActiveType(request.activeType().orElse(""))
            .setMethod(Fields.name(REQUEST + ".method", request.method(), 1, MAX_METHOD_LENGTH))
            .setHereOnly(request.hereOnly());
    checkSize(request.references().size());
    request.references().forEach(reference -> proto.addReferences(References.toProto(reference)));
    return proto.build();
  }

  static Content fromProto(GroupRequestProto proto) {
    checkSize(proto.getReferencesCount());
    List<AddressableReference> references = new ArrayList<>(proto.getReferencesCount());
    for (AddressableReferenceProto reference : proto.getReferencesList()) {
      references.add(References.fromProto(reference, REQUEST + ".references"));
    }
    return new Content.GroupRequest(
        references,
        proto.getActiveType().isEmpty()
            ? Optional.empty()
            : Optional.of(
                Fields.name(
                    REQUEST + ".active_type",
                    proto.getActiveType(),
                    1,
                    AddressableReference.MAX_TYPE_LENGTH)),
        Fields.name(REQUEST + ".method", proto.getMethod(), 1, MAX_METHOD_LENGTH),
        proto.getHereOnly());
  }

  private static void checkSize(int references) {
    if (references > Content.GroupRequest.MAX_GROUP) {
      throw Fields.violation(
          REQUEST + ".references",
          "holds %d actors; the most is %d".formatted(references, Content.GroupRequest.MAX_GROUP));
    }
  }

  static GroupResponseProto toProto(Content.GroupResponse response) {
    GroupResponseProto.Builder proto = GroupResponseProto.newBuilder();
    for (Content.GroupOutcome outcome : response.outcomes()) {
      GroupOutcomeProto.Builder one =
          GroupOutcomeProto.newBuilder().setReference(References.toProto(outcome.reference()));
      outcome.error().ifPresent(error -> one.setError(Invocations.toProto(error)));
      outcome
          .result()
          .ifPresent(
              result ->
                  one.setPayloadCodec(result.codec()).setPayload(Fields.wrap(result.bytes())));
      proto.addOutcomes(one);
    }
    for (Content.GroupGap gap : response.gaps()) {
      proto.addGaps(
          GroupGapProto.newBuilder()
              .setNode(NodeIds.toProto(gap.node()))
              .setError(Invocations.toProto(gap.error())));
    }
    return proto.build();
  }

  static Content fromProto(GroupResponseProto proto) {
    List<Content.GroupOutcome> outcomes = new ArrayList<>(proto.getOutcomesCount());
    for (GroupOutcomeProto outcome : proto.getOutcomesList()) {
      if (!outcome.hasReference()) {
        throw Fields.missing(OUTCOME + ".reference");
      }
      outcomes.add(
          new Content.GroupOutcome(
              References.fromProto(outcome.getReference(), OUTCOME + ".reference"),
              outcome.hasError()
                  ? Optional.of(Invocations.error(outcome.getError()))
                  : Optional.empty(),
              result(outcome)));
    }
    List<Content.GroupGap> gaps = new ArrayList<>(proto.getGapsCount());
    for (GroupGapProto gap : proto.getGapsList()) {
      if (!gap.hasNode()) {
        throw Fields.missing(GAP + ".node");
      }
      gaps.add(
          new Content.GroupGap(
              NodeIds.fromProto(gap.getNode(), GAP + ".node"), Invocations.error(gap.getError())));
    }
    return new Content.GroupResponse(outcomes, gaps);
  }

  private static Optional<Payload> result(GroupOutcomeProto outcome) {
    int codec = outcome.getPayloadCodec();
    if (codec < 0 || codec > 255) {
      throw Fields.violation(
          OUTCOME + ".payload_codec",
          "%s is not within 0 to 255".formatted(Integer.toUnsignedString(codec)));
    }
    return codec == 0
        ? Optional.empty()
        : Optional.of(new Payload(codec, Fields.unwrap(outcome.getPayload())));
  }
}
