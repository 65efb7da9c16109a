package dev.orbit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.TransportPreset;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The table of presets on the page is that of the code. */
class ConnectionsPageTest {
  @Test
  void thePageListsEverySettingWithItsValueInEachPreset() throws Exception {
    List<String> rows =
        Files.readAllLines(Pages.root().resolve("docs/operate/connections.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();

    assertThat(rows).containsExactlyElementsOf(expected());
  }

  private static List<String> expected() throws ReflectiveOperationException {
    List<String> rows = new ArrayList<>();
    for (RecordComponent component : TransportConfig.class.getRecordComponents()) {
      if (component.getType().isRecord()) {
        for (RecordComponent part : component.getType().getRecordComponents()) {
          List<Object> values = new ArrayList<>();
          for (TransportPreset preset : TransportPreset.values()) {
            values.add(part.getAccessor().invoke(component.getAccessor().invoke(preset.config())));
          }
          rows.add(row(component.getName() + "-" + kebab(part.getName()), values));
        }
      } else if (!component.getName().equals("requestTimeout")) {
        // That one is the node's call-timeout.
        List<Object> values = new ArrayList<>();
        for (TransportPreset preset : TransportPreset.values()) {
          values.add(component.getAccessor().invoke(preset.config()));
        }
        rows.add(row(kebab(component.getName()), values));
      }
    }
    return rows;
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static String row(String key, List<Object> values) {
    StringBuilder row = new StringBuilder("| `").append(key).append("` |");
    values.forEach(value -> row.append(' ').append(text(value)).append(" |"));
    return row.toString();
  }

  private static String text(Object value) {
    if (value instanceof Duration duration) {
      return duration.isZero() ? "off" : inUnits(duration);
    }
    return value.toString().toLowerCase(Locale.ROOT);
  }

  private static String inUnits(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
