package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.proto.Content;
import java.util.function.Consumer;

/** What waits at a partition until its owner can say more. */
sealed interface Waiting {
  /** The actor that it is about. */
  AddressableReference address();

  /** A call. */
  record Called(Arrival call, boolean placed) implements Waiting {
    @Override
    public AddressableReference address() {
      return call.address();
    }
  }

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

    /** Whether it says that a registration is over. */
    boolean isUnregister() {
      return request instanceof Content.Unregister;
    }

    /** Answers that who asks is to catch up, and to ask again. */
    void refresh(long viewVersion, Effects effects) {
      effects.add(() -> reply.accept(new Content.Refresh(viewVersion)));
    }

    @Override
    public AddressableReference address() {
      return request.reference();
    }
  }
}
