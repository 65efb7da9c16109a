package dev.orbit.docs;

import dev.orbit.transport.TransportConfig;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of all settings, made of {@code reference.conf} and of the transport's record. {@link
 * #main} writes it.
 */
final class ConfigurationPage {
  static final Path PAGE = Pages.root().resolve("docs/operate/configuration.md");

  private static final Path REFERENCE =
      Pages.root().resolve("orbit-runtime/src/main/resources/reference.conf");
  private static final Path SOURCES = Pages.root().resolve("orbit-transport/src/main/java");
  private static final Pattern SETTING = Pattern.compile("  ([a-z-]+) = (.*)");
  private static final Pattern PARAM =
      Pattern.compile("@param (\\w+) (.*?)(?=@param|\\*/)", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("`[a-z]+[A-Z][A-Za-z]*`");
  private static final String HEAD =
      """
      # Configuration

      Every setting of a node, made of `reference.conf` and of the code; a test holds the page to them. A value comes from the first of these
      that has one:

      1. the builder: `OrbitNode.builder()`
      2. system properties: `-Dorbit.name=...`
      3. environment variables: `ORBIT_NAME=...`, in upper case, with `_` for `.` and `-`
      4. `orbit.conf` on the class path, in HOCON
      5. the default given here

      A value that is not allowed stops the start, with the key, the value and what is allowed. Durations are written as `500ms`, `6s`, `10m`.
      """;

  private ConfigurationPage() {}

  /** Writes the page. */
  public static void main(String[] args) throws IOException {
    Files.writeString(PAGE, text());
  }

  static String text() {
    StringBuilder page = new StringBuilder(HEAD);
    List<String> comment = new ArrayList<>();
    List<String> pending = new ArrayList<>();
    for (String line : Pages.read(REFERENCE).lines().toList()) {
      Matcher setting = SETTING.matcher(line);
      if (line.startsWith("  # ")) {
        if (!pending.isEmpty()) {
          write(page, pending, comment);
        }
        comment.add(line.substring(4));
      } else if (setting.matches()) {
        pending.add(setting.group(1) + "=" + setting.group(2));
      }
    }
    write(page, pending, comment);
    page.append(transport());
    return page.toString();
  }

  /** One setting, or several that are explained together. */
  private static void write(StringBuilder page, List<String> settings, List<String> comment) {
    List<String> names = new ArrayList<>();
    List<String> facts = new ArrayList<>();
    for (String setting : settings) {
      String name = setting.substring(0, setting.indexOf('='));
      names.add("`orbit." + name + "`");
      facts.add(
          "`ORBIT_%s`, default `%s`"
              .formatted(
                  name.toUpperCase(Locale.ROOT).replace('-', '_'),
                  setting.substring(setting.indexOf('=') + 1)));
    }
    page.append("\n## ").append(String.join(", ", names)).append("\n\n");
    page.append(String.join("; ", facts)).append("\n\n");
    boolean code = false;
    for (String line : comment) {
      boolean indented = line.startsWith("  ");
      if (indented != code) {
        page.append(indented ? "\n```hocon\n" : "```\n\n");
        code = indented;
      }
      page.append(indented ? line.substring(2) : line).append('\n');
    }
    page.append(code ? "```\n" : "");
    settings.clear();
    comment.clear();
  }

  private static String transport() {
    StringBuilder part =
        new StringBuilder(
            """

            ## Within `orbit.transport-settings`

            What the presets make of them stands in [Connections](connections.md#presets). The default is that of the preset `standard`.

            | setting | default | meaning |
            |---|---|---|
            """);
    Map<String, String> meanings = meanings(TransportConfig.class);
    try {
      for (RecordComponent component : TransportConfig.class.getRecordComponents()) {
        String meaning = meanings.getOrDefault(component.getName(), "");
        Object value = component.getAccessor().invoke(TransportConfig.DEFAULT);
        if (component.getType().isRecord()) {
          Map<String, String> inners = meanings(component.getType());
          for (RecordComponent inner : component.getType().getRecordComponents()) {
            row(
                part,
                component.getName() + "-" + kebab(inner.getName()),
                inner.getAccessor().invoke(value),
                inners.getOrDefault(inner.getName(), ""));
          }
        } else if (!component.getName().equals("requestTimeout")) {
          // That one is the node's call-timeout.
          row(part, kebab(component.getName()), value, meaning);
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return part.toString();
  }

  private static void row(StringBuilder part, String key, Object value, String meaning) {
    part.append("| `%s` | `%s` | %s |\n".formatted(key, text(value), meaning));
  }

  /** What a record says of its components. */
  private static Map<String, String> meanings(Class<?> record) {
    Path file = SOURCES.resolve(record.getName().replace('.', '/') + ".java");
    String source = Pages.read(file);
    Map<String, String> meanings = new HashMap<>();
    Matcher params = PARAM.matcher(source.substring(0, source.indexOf("public record")));
    while (params.find()) {
      meanings.put(params.group(1), plain(params.group(2)));
    }
    return meanings;
  }

  /** Javadoc as text on one line. */
  private static String plain(String javadoc) {
    String text =
        javadoc
            .replaceAll("\\n \\* +", " ")
            .replaceAll("\\n \\*", " ")
            .replaceAll("\\{@code ([^}]*)\\}", "`$1`")
            .replaceAll("\\{@link #?([^} ]*)[^}]*\\}", "`$1`")
            .replaceAll("\\s+", " ")
            .replace("|", "\\|")
            .strip();
    return NAME.matcher(text).replaceAll(name -> kebab(name.group()));
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static String text(Object value) {
    if (value instanceof Duration duration) {
      long millis = duration.toMillis();
      return millis == 0
          ? "0s"
          : millis % 60_000 == 0
              ? millis / 60_000 + "m"
              : millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
    return value.toString().toLowerCase(Locale.ROOT);
  }
}
