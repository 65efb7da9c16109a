/**
 * The state stores that come with the runtime.
 *
 * <p>{@link dev.orbit.runtime.state.MemoryStateStore} lives as long as the process. {@link
 * dev.orbit.runtime.state.JdbcStateStore} keeps state in a SQLite file that the nodes of one host
 * share, or in PostgreSQL for nodes of many hosts; both know one table of one row a state, with its
 * version and the fence of whoever claimed it last. Version and fence are checked by the statement
 * that writes, never before it, so that two processes cannot step between a check and its write.
 *
 * <p>One write: it waits in the {@link dev.orbit.runtime.state.OperationQueue} of its session while
 * the batch before it is made durable. Then a thread of the session takes everything that waits,
 * carries it out together (in SQLite one transaction, in PostgreSQL one statement for all claims
 * and one for all writes), and answers each after the commit. What only reads goes by itself: in
 * SQLite on a connection of its own, which waits for no lock. What is refused changes nothing and
 * harms no other of its batch. A failure is told as what it allows the writer to assume: surely not
 * written, or nobody knows.
 *
 * <p>All stores are thread-safe.
 */
@NullMarked
package dev.orbit.runtime.state;

import org.jspecify.annotations.NullMarked;
