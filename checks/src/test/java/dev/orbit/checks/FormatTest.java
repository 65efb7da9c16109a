package dev.orbit.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.FormatterException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every Java file is written as google-java-format writes it. */
class FormatTest {

  @Test
  void everyFileIsFormatted() {
    var problems =
        Repository.javaFiles().parallelStream()
            .flatMap(file -> problem(Repository.read(file)).map(p -> name(file) + p).stream())
            .toList();

    assertThat(problems).as("Run `%s`. Not formatted:", SourceFormat.COMMAND).isEmpty();
  }

  @Test
  void findsAFileThatIsNotFormatted() {
    assertThat(problem("class A { int b( ) { return 1; } }\n")).isPresent();
  }

  @Test
  void findsImportsThatAreOutOfOrderOrUnused() {
    String unused = "import java.util.List;\n\nclass A {}\n";
    String disordered =
        "import java.util.Set;\nimport java.util.List;\n\nclass A {\n  List<Set<A>> b;\n}\n";

    assertThat(problem(unused)).isPresent();
    assertThat(problem(disordered)).isPresent();
  }

  @Test
  void findsAFileThatDoesNotParse() {
    assertThat(problem("class A {")).get().asString().contains("cannot be parsed");
  }

  @Test
  void acceptsAFormattedFileWithNewSyntax() {
    String source =
        """
        record A(Object o) {
          int size() {
            return switch (o) {
              case A(String _) -> 1;
              case Integer i when i > 2 -> i;
              default -> 0;
            };
          }
        }
        """;

    assertThat(problem(source)).isEmpty();
  }

  private static Optional<String> problem(String source) {
    try {
      return SourceFormat.format(source).equals(source) ? Optional.empty() : Optional.of("");
    } catch (FormatterException e) {
      return Optional.of(" cannot be parsed: " + e.getMessage());
    }
  }

  private static String name(Path file) {
    return Repository.relative(file);
  }
}
