package dev.orbit.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.call.RetryPolicy;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcStatusNamesTest {
  private static final Set<String> FAILED =
      Set.of(
          "CANCELLED",
          "UNKNOWN",
          "INVALID_ARGUMENT",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          "UNAUTHENTICATED");

  /** What general retry policies repeat. */
  private static final Set<String> REPEATED_BY_OTHERS = Set.of("UNAVAILABLE", "RESOURCE_EXHAUSTED");

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void givesEachCodeAStatusThatOthersDoNotRepeatWrongly(ErrorCode code) {
    String status = GrpcStatusNames.of(code);

    assertThat(FAILED).contains(status);
    if (REPEATED_BY_OTHERS.contains(status)) {
      assertThat(RetryPolicy.isRetryable(OrbitException.of(code, "x"))).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NODE_UNAVAILABLE, UNAVAILABLE",
    "OVERLOADED, RESOURCE_EXHAUSTED",
    "NOT_OWNER, NOT_FOUND",
    "LEASE_LOST, FAILED_PRECONDITION",
    "SHUTTING_DOWN, UNAVAILABLE",
    "BAD_ARGUMENTS, INVALID_ARGUMENT",
    "PROTOCOL_VIOLATION, INVALID_ARGUMENT",
    "STORE_UNAVAILABLE, INTERNAL",
    "CONNECTION_LOST, UNKNOWN",
    "DEADLINE_DURING_EXECUTION, DEADLINE_EXCEEDED"
  })
  void answersAsThePlainProtocolPromises(ErrorCode code, String status) {
    assertThat(GrpcStatusNames.of(code)).isEqualTo(status);
  }

  @Test
  void givesEachStatusACodeThatIsHonestAboutExecution() {
    Set<String> madeUpOnTheWay =
        Set.of(
            "UNAVAILABLE",
            "DEADLINE_EXCEEDED",
            "CANCELLED",
            "UNKNOWN",
            "INTERNAL",
            "ABORTED",
            "DATA_LOSS");

    for (String status : FAILED) {
      assertThat(GrpcStatusNames.toCode(status, false).number() / 1000).as(status).isNotEqualTo(2);
      if (madeUpOnTheWay.contains(status)) {
        assertThat(GrpcStatusNames.toCode(status, true).number() / 1000).as(status).isEqualTo(2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OK", "unavailable", ""})
  void refusesWhatIsNoFailedStatus(String status) {
    assertThatThrownBy(() -> GrpcStatusNames.toCode(status, true))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
