/**
 * The messages that nodes and clients exchange, as values, and their translation to and from the
 * wire.
 *
 * <p>{@link dev.orbit.proto.Message} is what the runtime reads and writes. Its protobuf form,
 * package {@code orbit.shared}, is generated into {@code dev.orbit.proto.wire} and touched by the
 * converters of this module and by the transport alone. Converters are total: everything that a
 * peer can send becomes a value or a {@link dev.orbit.api.error.ProtocolException} that names the
 * field; nothing becomes a default silently.
 */
@NullMarked
package dev.orbit.proto;

import org.jspecify.annotations.NullMarked;
