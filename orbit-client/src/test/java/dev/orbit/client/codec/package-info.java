/** What the interface of codecs does by itself. */
@NullMarked
package dev.orbit.client.codec;

import org.jspecify.annotations.NullMarked;
