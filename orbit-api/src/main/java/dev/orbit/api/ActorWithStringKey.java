package dev.orbit.api;

/** The root of the contracts whose actors are named by a string. */
public non-sealed interface ActorWithStringKey extends Actor {}
