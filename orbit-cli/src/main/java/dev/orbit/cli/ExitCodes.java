package dev.orbit.cli;

/** What the exit code of the command tells a script. */
final class ExitCodes {
  /** Done; of {@code orbit dev}: the demo's ledger balances. */
  static final int OK = 0;

  /** It was tried and failed. */
  static final int FAILED = 1;

  /** The command line is wrong, or names something that does not exist. */
  static final int USAGE = 2;

  /** No cluster runs in the data directory. */
  static final int NOT_RUNNING = 3;

  /** The demo's ledger and its accounts differ. */
  static final int LEDGER_DIFFERS = 4;

  /** The call may have run or not. */
  static final int OUTCOME_UNKNOWN = 5;

  private ExitCodes() {}
}
