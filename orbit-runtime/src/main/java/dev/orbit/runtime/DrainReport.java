package dev.orbit.runtime;

import java.time.Duration;

/**
 * How a node left its cluster.
 *
 * @param moved how many activations ended in good order, to begin elsewhere at their next call
 * @param abandoned how many were still running when the bound was reached
 * @param forwarded how many calls came to this node meanwhile and were answered by other nodes
 * @param rejected how many calls that came to this node meanwhile, from other nodes or clients,
 *     were refused because it was leaving; they surely did not run, and their senders repeat them
 * @param longestPause the longest time that a call which came to this node meanwhile took until its
 *     answer
 * @param took how long it took in all
 */
public record DrainReport(
    int moved,
    int abandoned,
    long forwarded,
    long rejected,
    Duration longestPause,
    Duration took) {}
