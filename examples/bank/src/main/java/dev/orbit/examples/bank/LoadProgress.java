package dev.orbit.examples.bank;

import java.time.Duration;

/**
 * How the load fares so far. All numbers count since its start.
 *
 * @param acknowledged operations that are in the ledger
 * @param insufficientFunds withdrawals and transfers that the account refused
 * @param notExecuted calls that surely did not run, after the client's own retries
 * @param unknown calls whose outcome the client did not know
 * @param unknownApplied of those, how many the account turned out to have applied
 * @param unknownAbsent of those, how many it turned out not to have applied
 * @param failed calls that failed in a way that should not happen
 * @param overdue calls that ended later than their deadline
 * @param notBegun operations that were due and could not begin, because too many were under way
 * @param underWay operations that have not ended
 * @param waitingAccounts accounts that have been without success for more than a second
 * @param p50 the median latency of acknowledged operations, counted from when they were due
 * @param p99 the latency that 99 of 100 acknowledged operations stayed below
 * @param max the longest latency of an acknowledged operation
 * @param longestGap the longest time in which no call of any account succeeded
 * @param longestAccountGap the longest time that one account was called without success
 */
public record LoadProgress(
    long acknowledged,
    long insufficientFunds,
    long notExecuted,
    long unknown,
    long unknownApplied,
    long unknownAbsent,
    long failed,
    long overdue,
    long notBegun,
    int underWay,
    int waitingAccounts,
    Duration p50,
    Duration p99,
    Duration max,
    Duration longestGap,
    Duration longestAccountGap) {}
