package dev.orbit.examples.bank;

/**
 * Whether an account has applied an operation.
 *
 * @param applied false also when the operation is older than the latest {@value
 *     AccountState#REMEMBERED}
 */
public record Finding(String id, boolean applied) {}
