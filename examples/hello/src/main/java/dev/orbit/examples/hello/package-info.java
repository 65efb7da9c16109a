/**
 * The smallest program: one contract, one actor that remembers, one node.
 *
 * <p>The program is quoted in the README; a test keeps the two the same. It uses one thread; the
 * actor's turns run on the node's virtual threads.
 */
@NullMarked
package dev.orbit.examples.hello;

import org.jspecify.annotations.NullMarked;
