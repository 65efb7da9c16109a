package dev.orbit.proto;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.AddressableReferenceProto;

/** {@link AddressableReference} to and from {@code AddressableReferenceProto}. */
public final class References {
  private References() {}

  /**
   * The wire form of an actor's address.
   *
   * @throws ProtocolException if the type or the key holds half of a surrogate pair
   */
  public static AddressableReferenceProto toProto(AddressableReference reference) {
    return AddressableReferenceProto.newBuilder()
        .setAddressableType(Fields.wellFormed("reference.addressable_type", reference.type()))
        .setKey(Keys.toProto(reference.key()))
        .build();
  }

  /**
   * The address that was meant.
   *
   * @throws ProtocolException if the type is empty or too long, or the key is missing or of no
   *     known kind
   */
  public static AddressableReference fromProto(AddressableReferenceProto proto) {
    return fromProto(proto, "reference");
  }

  static AddressableReference fromProto(AddressableReferenceProto proto, String field) {
    String type = proto.getAddressableType();
    checkType(type, field);
    if (!proto.hasKey()) {
      throw Fields.missing(field + ".key");
    }
    return new AddressableReference(type, Keys.fromProto(proto.getKey(), field));
  }

  static void checkType(String type, String field) {
    if (type.isEmpty() || type.length() > AddressableReference.MAX_TYPE_LENGTH) {
      throw Fields.violation(
          field + ".addressable_type",
          "has %d characters; allowed are 1 to %d"
              .formatted(type.length(), AddressableReference.MAX_TYPE_LENGTH));
    }
  }
}
