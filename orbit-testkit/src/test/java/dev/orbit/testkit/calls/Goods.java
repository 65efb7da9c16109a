package dev.orbit.testkit.calls;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What is sent to an {@link Exchange}. */
final class Goods {
  private Goods() {}

  /** Methods of a parent whose types the contract chooses. */
  interface Repeating<T, R> {
    T repeat(T value);

    R describe(Map<String, T> values);

    CompletionStage<List<T>> repeatLater(List<T> values);
  }

  /** A value made of values. */
  record Parcel(String name, int weight, Optional<String> note, List<Stamp> stamps) {}

  record Stamp(Instant at, Color color) {}

  enum Color {
    RED,
    BLUE
  }
}
