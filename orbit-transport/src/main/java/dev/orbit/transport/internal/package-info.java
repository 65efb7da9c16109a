/**
 * The transport over gRPC. Not for users: the way in is {@link
 * dev.orbit.transport.grpc.Transports}.
 *
 * <p>Outbound, {@code GrpcTransport} has {@code Peers}, with a {@code Peer} for each connection to
 * a remote node, mostly one. It has an {@code Outbox} (bounded queue and the one who empties it),
 * an {@code InFlight} table, a {@code Pulse} (whether the other end says anything, and the
 * breaker), a {@code Tally} of what it does, and a {@code Connection}, which has one {@code
 * PeerStream} at a time to write to: a channel and a call that live and end together. Inbound,
 * {@code StreamService} makes an {@code InboundStream} for each call that arrives; it has an {@code
 * Outbox} of its own for the answers.
 *
 * <p>Streams that one end opens in place of each other are numbered ({@code Generations}). {@code
 * Successions} ends the earlier one before it lets the later one be greeted, so that what was sent
 * over a connection that is lost never arrives after what was sent over the next.
 *
 * <p>Beside each TCP port a node listens on a Unix domain socket ({@code Listeners}), by which
 * processes of the same host and user come ({@code SameHost}); what runs over it is the same.
 *
 * <p>In an outbox what ends tell each other goes before calls and results ({@code Waiting}), and
 * calls may wait for others to leave with ({@code Linger}).
 *
 * <p>A large payload goes ahead of its message ({@code LargeSends}, {@code Transfers}), in parts,
 * by a connection of its own ({@code BulkLane}), on a loop of its own as far as there are any
 * ({@code LoopGroup}), and is kept at the other end ({@code TransferStore}, of the dialling
 * process's {@code Session}) until the message names it. What follows to the same actor waits here
 * ({@code HeldBack}). Results go back the same way.
 *
 * <p>Threads: all stream listeners run on Netty's event loops, because an executor between them and
 * the stream would cost many times what a message costs; so nothing there blocks. Any thread puts
 * messages into an outbox; the event loop of the stream takes them out, all that are there at once,
 * so that what came together leaves together. Virtual threads that the messages of one frame start
 * are started together after it. A loop whose waits are short does not sleep at once ({@code
 * EagerWait}). Resolving and dialling run on virtual threads, and so does the description of a node
 * for who asks; timers on the environment's timer thread. No lock is held while a listener, a stage
 * or a handler is run.
 *
 * <p>The life of a link to a peer:
 *
 * <pre>
 *  Idle --request--> Connecting --greeted--> Up --broken after a second or more--> Connecting
 *                        |                   |
 *                        +--failed--> Down <-+--broken sooner, or goodbye
 *                                      |
 *                                      +--pause over--> Connecting, or Idle where nobody asked for a minute
 *  Up --not needed for long--> Idle
 *  Up --too old, moved, marked--> Up with a next stream being made --greeted, and all that went
 *     before has been taken--> Up over the next; the old one brings its last answers and closes
 *  any --disconnect--> Idle
 *  any --forget, close--> Closed
 * </pre>
 *
 * <p>Connecting queues what comes. Down refuses at once, with the reason of the last failure and
 * the rest of the pause as advice, so that callers go elsewhere instead of waiting for a node that
 * is not there; what was queued fails the same way when the attempt fails. A message counts as sent
 * from the moment it is handed to the gRPC call. Up refuses callers, and nobody else, while the
 * breaker of a peer that says nothing is open.
 */
@NullMarked
package dev.orbit.transport.internal;

import org.jspecify.annotations.NullMarked;
