/**
 * References to actors: proxies of contracts that turn method calls into invocations.
 *
 * <p>A reference holds an address and nothing else; making one costs no message. A blocking method
 * waits on the caller's thread, virtual or platform, at most until the deadline; a method that
 * returns a stage never blocks, and its stage completes on a virtual thread, so that what hangs on
 * it may block.
 */
@NullMarked
package dev.orbit.client.internal.reference;

import org.jspecify.annotations.NullMarked;
