package dev.orbit.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.checks.Sizes.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files, methods and constructors stay small, and names say what a thing is. */
class SizeTest {

  private static final String EXCEPTIONS = "checks/src/test/resources/size-exceptions.txt";

  @Test
  void everythingIsWithinItsSizeOrAReviewedException() {
    List<Finding> findings =
        Sizes.findings(
            Repository.javaFiles().stream()
                .collect(Collectors.toMap(Repository::relative, Repository::read)));
    String exceptions = Repository.read(Repository.root().resolve(EXCEPTIONS));

    assertThat(problems(findings, exceptions)).as("see %s", EXCEPTIONS).isEmpty();
  }

  @Test
  void findsAFileThatIsTooLong() {
    String fields = lines("  int a%d;", 400);

    assertThat(Sizes.findings("A.java", "class A {\n" + fields + "}\n"))
        .extracting(Finding::id)
        .containsExactly("A.java");
  }

  @Test
  void findsAMethodThatIsTooLong() {
    String method = "class A {\n  void b() {\n" + lines("    c(%d);", 59) + "  }\n}\n";

    assertThat(Sizes.findings("A.java", method))
        .extracting(Finding::id)
        .containsExactly("A.java#A.b");
  }

  @Test
  void countsNeitherCommentsNorBlankLines() {
    String method =
        "class A {\n  void b() {\n" + lines("    // %d\n\n    /* \" */", 500) + "  }\n}\n";

    assertThat(Sizes.findings("A.java", method)).isEmpty();
  }

  @Test
  void countsTextBlocksAsCode() {
    String method =
        "class A {\n  String b = \"\"\"\n" + lines("    // %d", 400) + "    \"\"\";\n}\n";

    assertThat(Sizes.findings("A.java", method)).hasSize(1);
  }

  @Test
  void findsAConstructorWithTooManyParametersExceptOfARecord() {
    String parameters = "(int a, int b, int c, int d, int e, int f, int g)";

    assertThat(Sizes.findings("A.java", "class A {\n  A" + parameters + " {}\n}\n"))
        .extracting(Finding::id)
        .containsExactly("A.java#A");
    assertThat(Sizes.findings("A.java", "record A" + parameters + " {\n  A {}\n}\n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LockManager",
        "CallHelper",
        "StringUtil",
        "StringUtils",
        "ActorImpl",
        "AbstractActor",
        "BaseStore",
        "Base"
      })
  void findsANameThatSaysNothing(String name) {
    assertThat(Sizes.findings("A.java", "class A {\n  interface " + name + " {}\n}\n"))
        .extracting(Finding::id)
        .containsExactly("A.java#" + name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Baseline", "Management", "Abstraction", "Implied", "Utilisation"})
  void acceptsAWordThatOnlyBeginsAlike(String name) {
    assertThat(Sizes.findings("A.java", "class " + name + " {}\n")).isEmpty();
  }

  @Test
  void aReviewedExceptionIsAccepted() {
    var findings = List.of(new Finding("A.java#A.b", "61 lines"));

    assertThat(problems(findings, "# reviewed\nA.java#A.b | a table of cases\n")).isEmpty();
    assertThat(problems(findings, "")).containsExactly("A.java#A.b: 61 lines");
  }

  @Test
  void anExceptionThatIsNoLongerNeededMustGo() {
    assertThat(problems(List.of(), "A.java#A.b | a table of cases\n"))
        .singleElement()
        .asString()
        .contains("no longer needed");
  }

  @Test
  void anExceptionNeedsAReason() {
    var findings = List.of(new Finding("A.java", "500 lines"));

    assertThat(problems(findings, "A.java | \n"))
        .singleElement()
        .asString()
        .contains("gives no reason");
  }

  private static List<String> problems(List<Finding> findings, String exceptions) {
    List<String> problems = new ArrayList<>();
    Map<String, Boolean> used = new LinkedHashMap<>();
    for (String line : exceptions.lines().map(String::strip).toList()) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int bar = line.indexOf('|');
      used.put((bar < 0 ? line : line.substring(0, bar)).strip(), false);
      if (bar < 0 || line.substring(bar + 1).isBlank()) {
        problems.add(line + ": the exception gives no reason");
      }
    }
    for (Finding finding : findings) {
      if (used.replace(finding.id(), true) == null) {
        problems.add(finding.id() + ": " + finding.problem());
      }
    }
    used.forEach(
        (id, needed) -> {
          if (!needed) {
            problems.add(id + ": the exception is no longer needed");
          }
        });
    return problems;
  }

  private static String lines(String format, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(format.formatted(i)).append('\n');
    }
    return text.toString();
  }
}
