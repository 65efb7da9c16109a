package dev.orbit.api.address;

import java.util.Objects;

/**
 * The identity of an actor within a cluster: the wire and directory form of a reference.
 *
 * @param type the name of the contract (see {@link dev.orbit.api.ActorType}), 1 to {@value
 *     #MAX_TYPE_LENGTH} characters
 * @param key what names the actor within the type
 */
public record AddressableReference(String type, Key key) {
  /** The longest type name, in characters. */
  public static final int MAX_TYPE_LENGTH = 200;

  public AddressableReference {
    Objects.requireNonNull(key, "key");
    if (type.isEmpty() || type.length() > MAX_TYPE_LENGTH) {
      throw new IllegalArgumentException(
          "actor type has %d characters; allowed are 1 to %d"
              .formatted(type.length(), MAX_TYPE_LENGTH));
    }
  }

  /** The form used in messages and logs, {@code type/key}. */
  @Override
  public String toString() {
    return type + "/" + key;
  }
}
