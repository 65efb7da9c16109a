/**
 * How messages travel: a server for streams, a peer per remote node, correlation, deadlines,
 * reconnection.
 *
 * <p>One call: {@link dev.orbit.transport.Transport#request} finds the {@code Peer} of the target
 * node, puts the message into the peer's bounded queue under a fresh id and a deadline, and returns
 * a stage. When the peer's stream is ready, all that is queued goes out as one batch in one write.
 * The remote end hands each message to its {@link dev.orbit.transport.MessageHandler} on the thread
 * that read it; the handler queues it in a mailbox and later answers through the {@link
 * dev.orbit.transport.ReplySink} it was given, on the same stream. The answer is matched by id and
 * completes the stage.
 *
 * <p>Rules: nothing blocks on an event loop; every queue and table is bounded and refuses with
 * {@link dev.orbit.api.error.ErrorCode#OVERLOADED}; every request ends by its deadline; what was
 * not written when a stream broke was not executed, what was written has an unknown outcome.
 */
@NullMarked
package dev.orbit.transport;

import org.jspecify.annotations.NullMarked;
