package dev.orbit.examples.bank;

import java.time.Duration;

/**
 * What a standing order is to do.
 *
 * @param customer who pays
 * @param toAccount who gets it
 * @param cents how much each time
 * @param every how often, at least 1 s
 */
public record Order(String customer, String toAccount, long cents, Duration every) {}
