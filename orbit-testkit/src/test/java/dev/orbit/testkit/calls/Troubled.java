package dev.orbit.testkit.calls;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Fails in every way in which an answer can. */
@ActorType("test.Troubled")
interface Troubled extends ActorWithStringKey {
  /** A value that fails when somebody asks for its part; not immutable, so that it is copied. */
  @SuppressWarnings("ArrayRecordComponent") // That is why.
  record Brittle(int value, int[] more) {
    static final int BREAKS = 13;

    Brittle(int value) {
      this(value, new int[0]);
    }

    @Override
    public int value() {
      if (value == BREAKS) {
        throw new IllegalStateException("it breaks");
      }
      return value;
    }
  }

  /** A value that may hold itself. */
  record Nested(List<Nested> inner) {}

  /** Declared, and known to the caller. */
  final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }

  Brittle brittle(int value);

  CompletionStage<Brittle> brittleLater(int value);

  int take(Brittle value);

  Nested endless();

  int takeNested(Nested value);

  byte[] large(int bytes);

  int length(byte[] bytes);

  void refuse(String message) throws Refusal;

  void unspeakable();

  void wordy();

  void recurse();

  void failInStore();

  /** Calls {@link #refuse} of another. */
  void letRefuse(Troubled other) throws Refusal;

  int stillThere();
}
