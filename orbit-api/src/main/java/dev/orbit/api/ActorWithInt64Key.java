package dev.orbit.api;

/** The root of the contracts whose actors are named by a 64-bit integer. */
public non-sealed interface ActorWithInt64Key extends Actor {}
