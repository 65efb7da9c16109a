/**
 * How arguments and results become bytes: what to implement for an encoding of one's own.
 *
 * <p>JSON (id 1) and protobuf messages (id 2) are built in. A codec is chosen for the arguments of
 * a method and for its result by the types that the contract declares, never by what a message
 * names. Codecs are shared by all threads.
 */
@NullMarked
package dev.orbit.client.codec;

import org.jspecify.annotations.NullMarked;
