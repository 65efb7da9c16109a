package dev.orbit.runtime.internal.registration;

import java.lang.reflect.Type;
import java.util.function.Supplier;

/**
 * A piece of state that an actor class asks for.
 *
 * @param name unique within the actor
 * @param type of its value
 * @param initial makes the value of an actor that never wrote
 */
public record StateSlot(String name, Type type, Supplier<Object> initial) {}
