package dev.orbit.runtime.state;

import dev.orbit.transport.env.SystemEnvironment;
import java.nio.file.Path;

/** A process that opens a state file and ends without a last word, as one that is killed. */
final class OpensAndHalts {
  static final int HALTED = 3;

  private OpensAndHalts() {}

  /** Takes the file. */
  public static void main(String[] args) {
    JdbcStateStore.sqlite(new SystemEnvironment(), Path.of(args[0]));
    Runtime.getRuntime().halt(HALTED);
  }
}
