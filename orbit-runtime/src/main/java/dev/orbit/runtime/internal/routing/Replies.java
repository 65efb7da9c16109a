package dev.orbit.runtime.internal.routing;

import dev.orbit.proto.Content;

/** Answers that say always the same. */
final class Replies {
  /** To the caller of a one-way call that stands in a queue. */
  static final Reply ACCEPTED = new Reply(new Content.InvocationResponse("null"), null);

  private Replies() {}
}
