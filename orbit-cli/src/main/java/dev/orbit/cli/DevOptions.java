package dev.orbit.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@code orbit dev} is asked for.
 *
 * @param nodes how many node processes, 1 to {@value #MAX_NODES}
 * @param portBase the first port; empty for any free ports
 * @param load operations a second, 0 to {@value #MAX_LOAD}; 0 for none
 * @param duration for how long to run the load; empty until it is interrupted
 */
record DevOptions(
    int nodes, Demo demo, OptionalInt portBase, int load, Optional<Duration> duration) {
  /** More processes than this only compete for the processors of one machine. */
  static final int MAX_NODES = 16;

  /** What the load generator accepts. */
  static final int MAX_LOAD = 100_000;

  /** Where Raft ports begin, above the port base. */
  static final int RAFT_PORT_OFFSET = 100;

  DevOptions {
    range("--nodes", nodes, 1, MAX_NODES);
    range("--load", load, 0, MAX_LOAD);
    portBase.ifPresent(
        base -> range("--port-base", base, 1, 65_535 - RAFT_PORT_OFFSET - MAX_NODES));
    duration.ifPresent(
        d -> {
          if (d.isZero() || d.isNegative()) {
            throw new UserError(ExitCodes.USAGE, "--duration must be longer than nothing");
          }
        });
    if (load > 0 && !demo.hasLoad()) {
      throw new UserError(
          ExitCodes.USAGE, "the demo '%s' has no load; leave --load out".formatted(demo.title()));
    }
  }

  private static void range(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new UserError(
          ExitCodes.USAGE, "%s is %d; allowed are %d to %d".formatted(option, value, least, most));
    }
  }

  /** How many of the nodes vote: an odd number that a lost node leaves with a majority. */
  int voters() {
    return nodes < 3 ? 1 : 3;
  }
}
