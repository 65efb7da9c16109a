package dev.orbit.runtime.internal.directory;

import dev.orbit.proto.Content;
import java.util.function.Consumer;

/** What waits at a partition until its owner can say more. */
sealed interface Waiting {
  /** A call. */
  record Called(Arrival call, boolean placed) implements Waiting {}

  /** Another member's question. Its age is counted in ticks, because nothing here has a clock. */
  final class Asked implements Waiting {
    final Content.DirectoryRequest request;
    final long viewVersion;
    final Consumer<Content> reply;
    int ticks;

    Asked(Content.DirectoryRequest request, long viewVersion, Consumer<Content> reply) {
      this.request = request;
      this.viewVersion = viewVersion;
      this.reply = reply;
    }
  }
}
