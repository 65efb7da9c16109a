package dev.orbit.api;

/** The root of the contracts whose actors are named by a 32-bit integer. */
public non-sealed interface ActorWithInt32Key extends Actor {}
