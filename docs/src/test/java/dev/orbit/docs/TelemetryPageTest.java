package dev.orbit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.transport.telemetry.OrbitMetric;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The catalogue of metrics on the page is that of the code. */
class TelemetryPageTest {
  @Test
  void thePageListsEveryInstrumentAsTheCodeMakesIt() throws Exception {
    List<String> rows =
        Files.readAllLines(Pages.root().resolve("docs/operate/telemetry.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(OrbitMetric.values()).map(TelemetryPageTest::row).toList());
  }

  private static String row(OrbitMetric metric) {
    String attributes =
        metric.attributes().isEmpty()
            ? "none"
            : metric.attributes().stream()
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(", "));
    return "| `%s` | %s | `%s` | %s | %s |"
        .formatted(
            metric.metricName(),
            metric.kind().name().toLowerCase(Locale.ROOT),
            metric.unit(),
            attributes,
            metric.description());
  }
}
