package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import java.util.concurrent.CompletionStage;

/** What the tests of hosting call. */
@ActorType("test.Counter")
public interface Counter extends ActorWithStringKey {
  int increment();

  CompletionStage<String> later();

  void stop();

  void fail(String message);

  record Count(int value) {
    public static Count initial() {
      return new Count(0);
    }
  }
}
