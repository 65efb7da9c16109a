/**
 * Which of several nodes a call goes to where any would do: calls to stateless workers, and a
 * client's calls into the cluster. It stands by itself and can be used without a transport.
 *
 * <p>One call: {@code pick} is given the nodes that could take it and names one; {@code begin} and
 * the end of what it returns tell what became of it. From that the balancer knows how many calls
 * each node has not answered, how long its answers take, and whether it fails what others do not.
 *
 * <p>Rules: it decides where a call goes, never whether; where all nodes are bad, all are good.
 * Time is a parameter; there is no clock and no thread here. The table is bounded. Everything is
 * thread-safe.
 */
@NullMarked
package dev.orbit.transport.balancing;

import org.jspecify.annotations.NullMarked;
