package dev.orbit.cli;

/** What came of a call. */
sealed interface CallAnswer {
  /** It returned that JSON; {@code null} from a method without a result. */
  record Value(String json) implements CallAnswer {}

  /**
   * It failed.
   *
   * @param code the number of the error code; 0 when the answer has none
   * @param remoteType the class of what the actor threw; empty when it threw nothing
   */
  record Failure(int code, String description, String remoteType) implements CallAnswer {
    /** The thousands of codes after which the call may have run. */
    private static final int OUTCOME_UNKNOWN = 2;

    int exitCode() {
      return code / 1000 == OUTCOME_UNKNOWN ? ExitCodes.OUTCOME_UNKNOWN : ExitCodes.FAILED;
    }

    String codeText() {
      return code == 0 ? "" : "ORBIT-" + code;
    }

    String text() {
      String what = remoteType.isEmpty() ? description : remoteType + ": " + description;
      return code == 0 ? what : codeText() + ": " + what;
    }
  }
}
