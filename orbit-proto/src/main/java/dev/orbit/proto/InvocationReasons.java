package dev.orbit.proto;

import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.Content.InvocationReason;
import dev.orbit.proto.wire.InvocationRequestProto;

/** {@link InvocationReason} to and from {@code InvocationRequestProto.Reason}. */
public final class InvocationReasons {
  private InvocationReasons() {}

  /** The wire form of a reason. */
  public static InvocationRequestProto.Reason toProto(InvocationReason reason) {
    return switch (reason) {
      case INVOCATION -> InvocationRequestProto.Reason.INVOCATION;
      case REROUTED -> InvocationRequestProto.Reason.REROUTED;
    };
  }

  /**
   * The reason of that number on the wire.
   *
   * @throws ProtocolException if there is none
   */
  public static InvocationReason fromNumber(int number) {
    return fromNumber(number, "reason");
  }

  static InvocationReason fromNumber(int number, String field) {
    return switch (InvocationRequestProto.Reason.forNumber(number)) {
      case INVOCATION -> InvocationReason.INVOCATION;
      case REROUTED -> InvocationReason.REROUTED;
      case UNRECOGNIZED -> throw Fields.unknownEnum(field, number);
      case null -> throw Fields.unknownEnum(field, number);
    };
  }
}
