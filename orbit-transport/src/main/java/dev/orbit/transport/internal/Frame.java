package dev.orbit.transport.internal;

import dev.orbit.proto.wire.MessageProto;

/** What one gRPC message of a stream turned out to be. */
sealed interface Frame {
  /** A message, not looked into. */
  record Parsed(MessageProto message) implements Frame {}

  /** A message that is larger than this end takes; it was not read. */
  record TooLarge(int bytes) implements Frame {}

  /** Bytes that are not a message. */
  record Garbage(String why) implements Frame {}
}
