package dev.orbit.testkit.cart;

import java.util.List;
import java.util.stream.Stream;

/** What a cart keeps. */
public record CartState(List<Line> lines) {
  public CartState {
    lines = List.copyOf(lines);
  }

  public static CartState initial() {
    return new CartState(List.of());
  }

  CartState plus(Line line) {
    return new CartState(Stream.concat(lines.stream(), Stream.of(line)).toList());
  }
}
