/**
 * The {@code orbit} command: clusters of separate processes on this machine, their nodes, calls to
 * their actors.
 *
 * <p>{@code orbit dev} starts one process a node and watches them; everything that other commands
 * need to know of a cluster stands in files of its data directory: {@code cluster.json}, written by
 * {@code orbit dev} alone, tells what was started, and {@code nodes/NAME/node.json}, written by
 * that node alone, how it is. Both are replaced atomically, so that a reader never sees half of
 * one.
 *
 * <p>Node processes end when the {@code orbit dev} process does, however it ends: each of them
 * looks for it twice a second.
 *
 * <p>A user's mistake is a {@link dev.orbit.cli.UserError} of one or two lines and an exit code of
 * {@link dev.orbit.cli.ExitCodes}; a stack trace is a defect. Commands run on the main thread.
 */
@NullMarked
package dev.orbit.cli;

import org.jspecify.annotations.NullMarked;
