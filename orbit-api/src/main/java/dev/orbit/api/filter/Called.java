package dev.orbit.api.filter;

import dev.orbit.api.address.AddressableReference;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A method of an actor with its arguments. */
public interface Called {
  /** The actor. */
  AddressableReference target();

  /** The method of the contract. */
  Method method();

  /** The arguments; they may hold null, and cannot be exchanged. */
  List<@Nullable Object> arguments();

  /** What flows down with the call, by name. */
  Map<String, String> baggage();
}
