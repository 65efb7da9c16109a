package dev.orbit.api;

/**
 * The root of all actor contracts. A contract extends one of {@link ActorWithStringKey}, {@link
 * ActorWithInt32Key}, {@link ActorWithInt64Key} or {@link ActorWithNoKey}, never this interface
 * directly; the choice fixes the kind of key by which its actors are named, and the compiler
 * refuses any other.
 */
public sealed interface Actor
    permits ActorWithStringKey, ActorWithInt32Key, ActorWithInt64Key, ActorWithNoKey {}
