package dev.orbit.cli;

import dev.orbit.proto.wire.AddressableReferenceProto;
import dev.orbit.proto.wire.KeyProto;
import dev.orbit.proto.wire.NoKeyProto;

/**
 * An actor as a user names it: {@code TYPE/KEY}, or {@code TYPE} alone where there is one.
 *
 * @param type the name of the contract
 * @param key what follows the first slash; empty when there is none
 * @param kind how the key is to be read
 */
record ActorAddress(String type, String key, Kind kind) {
  /** The kinds of keys. */
  enum Kind {
    STRING,
    INT32,
    INT64,
    NONE
  }

  static ActorAddress parse(String text, Kind kind) {
    int slash = text.indexOf('/');
    String type = slash < 0 ? text : text.substring(0, slash);
    if (type.isEmpty()) {
      throw new UserError(
          ExitCodes.USAGE,
          "'%s' names no actor; write TYPE/KEY, as bank.Account/account-00001".formatted(text));
    }
    return slash < 0
        ? new ActorAddress(type, "", Kind.NONE)
        : new ActorAddress(type, text.substring(slash + 1), kind);
  }

  AddressableReferenceProto toWire() {
    KeyProto.Builder wire = KeyProto.newBuilder();
    try {
      switch (kind) {
        case STRING -> wire.setStringKey(key);
        case INT32 -> wire.setInt32Key(Integer.parseInt(key));
        case INT64 -> wire.setInt64Key(Long.parseLong(key));
        case NONE -> wire.setNoKey(NoKeyProto.getDefaultInstance());
      }
    } catch (NumberFormatException e) {
      throw new UserError(
          ExitCodes.USAGE,
          "the key '%s' is no %s".formatted(key, kind == Kind.INT32 ? "int32" : "int64"),
          e);
    }
    return AddressableReferenceProto.newBuilder().setAddressableType(type).setKey(wire).build();
  }

  @Override
  public String toString() {
    return kind == Kind.NONE ? type : type + "/" + key;
  }
}
