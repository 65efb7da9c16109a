/**
 * What the parts around a call cost that guard it: finding its connection, limiter, breaker,
 * budget, balancer; and the whole flow of a request with all of them, over a socket.
 */
@NullMarked
package dev.orbit.benchmarks.guards;

import org.jspecify.annotations.NullMarked;
