package dev.orbit.client.internal.contract;

import dev.orbit.api.Actor;
import dev.orbit.api.ActorWithInt32Key;
import dev.orbit.api.ActorWithInt64Key;
import dev.orbit.api.ActorWithNoKey;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.address.Key;

/** By what kind of key the actors of a contract are named. */
public enum KeyKind {
  STRING(ActorWithStringKey.class, "a string"),
  INT32(ActorWithInt32Key.class, "a 32-bit integer"),
  INT64(ActorWithInt64Key.class, "a 64-bit integer"),
  NONE(ActorWithNoKey.class, "no key");

  private final Class<? extends Actor> root;
  private final String description;

  KeyKind(Class<? extends Actor> root, String description) {
    this.root = root;
    this.description = description;
  }

  /** The interface that contracts of this kind extend. */
  public Class<? extends Actor> root() {
    return root;
  }

  /** The kind in words, as they stand in messages. */
  public String description() {
    return description;
  }

  /** The kind of {@code key}. */
  public static KeyKind of(Key key) {
    return switch (key) {
      case Key.StringKey _ -> STRING;
      case Key.Int32Key _ -> INT32;
      case Key.Int64Key _ -> INT64;
      case Key.NoKey _ -> NONE;
    };
  }
}
