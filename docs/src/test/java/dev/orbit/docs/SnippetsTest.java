package dev.orbit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SnippetsTest {
  private static final String SOURCE =
      """
      class A {
        // region: b
        int b() {
          return 1;
        }
        // endregion
      }
      """;

  static Stream<String> pages() {
    return Pages.all().stream().map(Pages::name);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void codeInPagesIsCodeThatCompiles(String page) {
    String text = Pages.read(Pages.root().resolve(page));

    assertThat(Snippets.problems(text, SnippetsTest::source)).isEmpty();
  }

  private static Optional<String> source(String path) {
    Path file = Pages.root().resolve(path);
    return Files.isRegularFile(file) ? Optional.of(Pages.read(file)) : Optional.empty();
  }

  @Test
  void theReadmeShowsTheWholeHelloProgram() {
    String readme = Pages.read(Pages.root().resolve("README.md"));

    assertThat(readme)
        .contains(
            "<!-- source: examples/hello/src/main/java/dev/orbit/examples/hello/Hello.java#program"
                + " -->");
  }

  @Test
  void findsCodeThatDiffersFromItsSource() {
    String same = "<!-- source: A.java#b -->\n```java\nint b() {\n  return 1;\n}\n```\n";
    String other = same.replace("1", "2");

    assertThat(Snippets.problems(same, path -> Optional.of(SOURCE))).isEmpty();
    assertThat(Snippets.problems(other, path -> Optional.of(SOURCE)))
        .singleElement()
        .asString()
        .startsWith("the code differs from A.java#b");
  }

  @Test
  void findsCodeWithoutASource() {
    assertThat(Snippets.problems("```java\nint c;\n```\n", path -> Optional.of(SOURCE)))
        .containsExactly("code without a source comment: int c;");
  }

  @Test
  void findsASourceThatIsGone() {
    String page = "<!-- source: A.java#gone -->\n```java\nint c;\n```\n";

    assertThat(Snippets.problems(page, path -> Optional.of(SOURCE)))
        .containsExactly("there is no A.java#gone");
    assertThat(Snippets.problems(page, path -> Optional.empty()))
        .containsExactly("there is no A.java#gone");
  }
}
