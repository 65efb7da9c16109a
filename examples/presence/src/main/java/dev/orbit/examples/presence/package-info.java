/**
 * Who is in which room, and what they hear.
 *
 * <p>A {@link dev.orbit.examples.presence.Room} keeps references to the {@link
 * dev.orbit.examples.presence.Member}s that have come in, and tells them everything that is said by
 * one-way calls, so that a slow member holds nobody up. Nothing is stored: a room that moves to
 * another node is empty, and members come in again when they notice.
 */
@NullMarked
package dev.orbit.examples.presence;

import org.jspecify.annotations.NullMarked;
