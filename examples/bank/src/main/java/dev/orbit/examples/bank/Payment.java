package dev.orbit.examples.bank;

/**
 * Money that a customer has paid.
 *
 * @param opId the id of the operation
 * @param from the account that it left
 * @param toAccount the account that it goes to
 * @param cents how much
 */
public record Payment(String opId, String from, String toAccount, long cents) {}
