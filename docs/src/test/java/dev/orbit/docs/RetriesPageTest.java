package dev.orbit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.call.RetryPolicy;
import dev.orbit.client.internal.wire.GrpcStatusNames;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of what is repeated is that of the code. S2.14, S4.4. */
class RetriesPageTest {
  @Test
  void thePageSaysOfEveryCodeWhetherItIsRepeated() {
    List<String> rows =
        Pages.read(Pages.root().resolve("docs/concepts/retries.md"))
            .lines()
            .filter(line -> line.startsWith("| [ORBIT"))
            .toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(ErrorCode.values()).map(RetriesPageTest::row).toList());
  }

  private static String row(ErrorCode code) {
    return "| [%s](../errors/%s.md) | %s | %s | %s |"
        .formatted(code, code, GrpcStatusNames.of(code), assumed(code), repeated(code));
  }

  private static String assumed(ErrorCode code) {
    return switch (code.number() / 1000) {
      case 1 -> "no";
      case 2 -> "perhaps";
      case 3 -> "yes";
      default -> "see the page";
    };
  }

  private static String repeated(ErrorCode code) {
    if (!RetryPolicy.isRetryable(OrbitException.of(code, "x"))) {
      return "no";
    }
    return code == ErrorCode.OVERLOADED || code == ErrorCode.RATE_LIMITED
        ? "within the budget, else it fails"
        : "within the budget, else it waits";
  }
}
