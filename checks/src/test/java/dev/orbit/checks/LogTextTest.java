package dev.orbit.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What is logged can be taken apart by machines: every value stands behind its key, as in {@code
 * peer=b retryMillis=20}, except for a reason in words at the end. S2.30.
 */
class LogTextTest {
  private static final Pattern STATEMENT =
      Pattern.compile(
          "\\b(?:log|LOG|logger|LOGGER)\\s*\\.(?:at\\w+\\([^)]*\\)\\s*\\.log|trace|debug|info|warn|error)"
              + "\\(\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern KEYED = Pattern.compile("\\w=(\\\\\")?$");

  @Test
  void everyValueInALogMessageHasAKey() {
    List<String> problems = new ArrayList<>();
    int[] statements = new int[1];
    Repository.javaFiles().stream()
        .filter(file -> Repository.relative(file).matches("orbit-(?!benchmarks).*/src/main/.*"))
        .forEach(
            file -> {
              Matcher statement = STATEMENT.matcher(Repository.read(file));
              while (statement.find()) {
                statements[0]++;
                if (!isStructured(statement.group(1))) {
                  problems.add(Repository.relative(file) + ": " + statement.group(1));
                }
              }
            });

    assertThat(problems).isEmpty();
    assertThat(statements[0]).isGreaterThan(120);
  }

  @Test
  void knowsAKeyFromWords() {
    assertThat(isStructured("peer={} link=down retryMillis={} {}")).isTrue();
    assertThat(isStructured("gateway failed node={} cause=\\\"{}\\\"")).isTrue();
    assertThat(isStructured("a task failed")).isTrue();
    assertThat(isStructured("{} was not told {}")).isFalse();
    assertThat(isStructured("lost {} of={}")).isFalse();
  }

  private static boolean isStructured(String text) {
    int from = 0;
    for (int at = text.indexOf("{}"); at >= 0; at = text.indexOf("{}", from)) {
      boolean last = at == text.length() - 2;
      if (!last && !KEYED.matcher(text.substring(0, at)).find()) {
        return false;
      }
      from = at + 2;
    }
    return true;
  }
}
