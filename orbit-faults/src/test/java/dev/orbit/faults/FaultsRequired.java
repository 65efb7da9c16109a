package dev.orbit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;

/**
 * Skips a suite where this machine has not what hosts need, and says what is missing. With {@code
 * -Dorbit.faults.required=true}, as the acceptance run has it, that is a failure.
 */
public final class FaultsRequired {
  private FaultsRequired() {}

  /** To be called before anything else. */
  public static void check() {
    List<String> missing = Hosts.missing();
    if (Boolean.getBoolean("orbit.faults.required")) {
      assertThat(missing).as("what this machine lacks for hosts of their own").isEmpty();
    }
    assumeTrue(missing.isEmpty(), () -> "skipped, as this machine lacks " + missing);
  }
}
