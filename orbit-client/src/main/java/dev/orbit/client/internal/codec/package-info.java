/**
 * The built-in codecs and the choice among them.
 *
 * <p>{@link dev.orbit.client.internal.codec.Codecs} is what callers and hosts use: it encodes
 * arguments and results of methods and turns whatever is wrong with them into {@code BAD_ARGUMENTS}
 * or {@code BAD_RESULT} that names actor type, method and parameter. {@link
 * dev.orbit.client.internal.codec.JsonCodec} also writes and reads stored state. All of it is safe
 * for use by many threads.
 */
@NullMarked
package dev.orbit.client.internal.codec;

import org.jspecify.annotations.NullMarked;
