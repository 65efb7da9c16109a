package dev.orbit.api;

/** The root of the contracts of which there is exactly one actor in a cluster. */
public non-sealed interface ActorWithNoKey extends Actor {}
