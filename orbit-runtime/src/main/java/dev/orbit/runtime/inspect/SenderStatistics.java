package dev.orbit.runtime.inspect;

/**
 * What a node has sent to actors since it started: calls of its own references, and those of others
 * that it sent on.
 *
 * @param here calls that ran on this node without a message
 * @param elsewhere messages with one call each that went to other nodes, repetitions included
 * @param passedOn how many of them were calls that others had sent here
 * @param groups calls to groups of actors
 * @param groupMembers how many actors were named in them
 * @param groupMessages messages for them that went to other nodes, one to each node
 * @param underWay calls that wait for their answers at this moment
 * @param repeated attempts that were made after the first of their calls
 * @param postponed how often an attempt had to wait because too many are repeated
 * @param givenUp calls that failed because too many are repeated
 * @param oneWayLost one-way calls that did not run without their callers' knowing
 * @param waiting calls that wait at this moment for room in the mailboxes of their actors
 * @param waited calls that had to wait for it before they were sent
 * @param sentBack how often a call was sent to an actor that had no room, and went to wait for it
 */
public record SenderStatistics(
    long here,
    long elsewhere,
    long passedOn,
    long groups,
    long groupMembers,
    long groupMessages,
    long underWay,
    long repeated,
    long postponed,
    long givenUp,
    long oneWayLost,
    long waiting,
    long waited,
    long sentBack) {}
