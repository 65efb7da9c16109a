package dev.orbit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.error.ErrorCode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorPagesTest {
  private static final Path ERRORS = Pages.root().resolve("docs/errors");

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyCodeHasAPageThatSaysWhatToDo(ErrorCode code) {
    String page = Pages.read(ERRORS.resolve(code + ".md"));

    assertThat(page)
        .startsWith("# " + code + ": ")
        .contains("`ErrorCode." + code.name() + "`")
        .contains("kind: **" + kind(code) + "**")
        .contains("## What it means", "## Likely causes", "## What to do");
  }

  private static String kind(ErrorCode code) {
    return List.of(
            "not executed",
            "outcome unknown",
            "actor failed",
            "protocol",
            "configuration",
            "storage")
        .get(code.number() / 1000 - 1);
  }

  @Test
  void everyPageIsOfACode() {
    List<String> codes =
        Arrays.stream(ErrorCode.values()).map(code -> "docs/errors/" + code + ".md").toList();

    List<String> pages =
        Pages.all().stream().map(Pages::name).filter(p -> p.contains("/ORBIT-")).toList();

    assertThat(pages).containsExactlyInAnyOrderElementsOf(codes);
  }

  @Test
  void theIndexListsEveryCode() {
    String index = Pages.read(ERRORS.resolve("index.md"));

    for (ErrorCode code : ErrorCode.values()) {
      assertThat(index).contains("[" + code + "](" + code + ".md)");
    }
  }
}
