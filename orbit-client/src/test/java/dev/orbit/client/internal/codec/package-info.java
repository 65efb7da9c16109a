/** Encodings, and the messages when they fail. */
@NullMarked
package dev.orbit.client.internal.codec;

import org.jspecify.annotations.NullMarked;
