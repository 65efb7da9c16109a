package dev.orbit.examples.bank;

/**
 * Money under way between two accounts, as one of them remembers it.
 *
 * @param id the id of the operation that began it
 * @param peer the account at the other end
 * @param cents the amount, positive
 */
public record Transfer(String id, String peer, long cents) {}
