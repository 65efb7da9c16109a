package dev.orbit.transport;

/**
 * What a transport has counted since it was made.
 *
 * @param breakersOpened how often callers began to be refused because a node said nothing
 * @param breakerRefused how many requests of callers were refused because of that
 */
public record TransportCounts(long breakersOpened, long breakerRefused) {}
