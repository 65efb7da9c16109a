/**
 * Frames made smaller and whole again. Not for users.
 *
 * <p>A frame is compressed as a whole, after the messages in it were put together: small messages
 * of one batch have much in common, and what is around payloads shrinks too. Nothing here knows
 * what is in a frame; its kind is a number that the caller gives.
 *
 * <p>Rules: whoever inflates knows beforehand how many bytes it will be, and has room for no more;
 * damage is an {@code IOException}. Nothing here is thread-safe: each event loop has its own.
 */
@NullMarked
package dev.orbit.transport.internal.compression;

import org.jspecify.annotations.NullMarked;
