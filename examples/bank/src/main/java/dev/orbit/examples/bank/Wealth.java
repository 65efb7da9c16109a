package dev.orbit.examples.bank;

import java.util.List;

/**
 * What accounts hold together.
 *
 * @param cents what those hold that answered
 * @param silent those that did not
 */
public record Wealth(long cents, List<String> silent) {
  public Wealth {
    silent = List.copyOf(silent);
  }
}
