package dev.orbit.proto;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.wire.ErrorProto;
import dev.orbit.proto.wire.InvocationRequestProto;
import dev.orbit.proto.wire.InvocationResponseErrorProto;
import dev.orbit.proto.wire.InvocationResponseProto;
import java.time.Duration;
import java.util.Optional;

/** The contents by which methods are called and answered. */
final class Invocations {
  /** The longest method name, with the parameter types that some contracts add to it. */
  static final int MAX_METHOD_LENGTH = 1024;

  private static final String REQUEST = "content.invocation_request";
  private static final String RETRY = "content.invocation_response_error.retry_after_millis";

  private static final String CREDIT = "content.invocation_response_error.credit";

  private Invocations() {}

  static InvocationRequestProto toProto(Content.InvocationRequest request) {
    return InvocationRequestProto.newBuilder()
        .setReference(References.toProto(request.reference()))
        .setMethod(Fields.name(REQUEST + ".method", request.method(), 1, MAX_METHOD_LENGTH))
        .setArguments(request.arguments())
        .setReason(InvocationReasons.toProto(request.reason()))
        .setOneWay(request.oneWay())
        .build();
  }

  static Content fromProto(InvocationRequestProto proto) {
    if (!proto.hasReference()) {
      throw Fields.missing(REQUEST + ".reference");
    }
    return request(
        References.fromProto(proto.getReference(), REQUEST + ".reference"),
        proto.getMethod(),
        proto.getArguments(),
        proto.getReasonValue(),
        proto.getOneWay());
  }

  static Content request(
      AddressableReference reference, String method, String arguments, int reason, boolean oneWay) {
    return new Content.InvocationRequest(
        reference,
        Fields.length(REQUEST + ".method", method, 1, MAX_METHOD_LENGTH),
        arguments,
        InvocationReasons.fromNumber(reason, REQUEST + ".reason"),
        oneWay);
  }

  static InvocationResponseProto toProto(Content.InvocationResponse response) {
    return InvocationResponseProto.newBuilder().setValue(response.value()).build();
  }

  static Content fromProto(InvocationResponseProto proto) {
    return new Content.InvocationResponse(proto.getValue());
  }

  static InvocationResponseErrorProto toProto(Content.InvocationError error) {
    return InvocationResponseErrorProto.newBuilder()
        .setDescription(error.description())
        .setPlatform(error.platform())
        .setCode(number(error.code()))
        .setRemoteType(error.remoteType().orElse(""))
        .setRetryAfterMillis(error.retryAfter().map(Invocations::roundedUpMillis).orElse(0L))
        .setCredit(Fields.notNegative(CREDIT, error.credit()))
        .build();
  }

  static Content fromProto(InvocationResponseErrorProto proto) {
    return error(proto);
  }

  static Content.InvocationError error(InvocationResponseErrorProto proto) {
    long millis = Fields.notNegative(RETRY, proto.getRetryAfterMillis());
    return new Content.InvocationError(
        proto.getDescription(),
        proto.getPlatform(),
        ErrorCode.of(proto.getCode()),
        proto.getRemoteType().isEmpty() ? Optional.empty() : Optional.of(proto.getRemoteType()),
        millis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis)),
        Fields.notNegative(CREDIT, proto.getCredit()));
  }

  static ErrorProto toProto(Content.Failure failure) {
    return ErrorProto.newBuilder()
        .setDescription(failure.description())
        .setCode(number(failure.code()))
        .build();
  }

  static Content fromProto(ErrorProto proto) {
    return new Content.Failure(proto.getDescription(), ErrorCode.of(proto.getCode()));
  }

  private static int number(Optional<ErrorCode> code) {
    return code.map(ErrorCode::number).orElse(0);
  }

  /** Rounds up, because 0 says nothing and a repetition that comes early is refused once more. */
  private static long roundedUpMillis(Duration duration) {
    if (duration.isNegative()) {
      throw Fields.violation(RETRY, "%s is negative".formatted(duration));
    }
    try {
      long millis = duration.toMillis();
      return millis < Long.MAX_VALUE && duration.toNanosPart() % 1_000_000 != 0
          ? millis + 1
          : millis;
    } catch (ArithmeticException e) {
      throw Fields.violation(RETRY, "%s is too long".formatted(duration));
    }
  }
}
