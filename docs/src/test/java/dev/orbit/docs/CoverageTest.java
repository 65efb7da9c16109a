package dev.orbit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of requirements names all of them, and only classes and tests that exist. */
class CoverageTest {
  private static final Pattern ROW = Pattern.compile("^\\| ([CS][0-9.]+) \\|(.*)\\|$");
  private static final Pattern CODE = Pattern.compile("`([A-Z][A-Za-z0-9]+)`");

  private record Row(String id, List<String> cells) {}

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    Pages.read(Pages.root().resolve("docs/coverage.md"))
        .lines()
        .map(ROW::matcher)
        .filter(Matcher::matches)
        .forEach(row -> rows.add(new Row(row.group(1), cells(row.group(2)))));
    return rows;
  }

  private static List<String> cells(String text) {
    return Stream.of(text.split("\\|", -1)).map(String::strip).toList();
  }

  private static Stream<String> ids(String prefix, int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(i -> prefix + i);
  }

  @Test
  void everyRequirementHasExactlyOneRow() {
    List<String> required =
        Stream.of(
                ids("C", 1, 6),
                ids("S2.", 1, 8),
                ids("S2.", 10, 22),
                ids("S2.", 30, 36),
                ids("S0.", 1, 8),
                ids("S1.", 1, 10),
                ids("S3.", 1, 6),
                ids("S4.", 1, 8))
            .flatMap(ids -> ids)
            .toList();

    assertThat(rows()).extracting(Row::id).containsExactlyInAnyOrderElementsOf(required);
  }

  @Test
  void everyRowNamesClassesAndTestsOrSaysNotYet() {
    for (Row row : rows()) {
      assertThat(row.cells()).as(row.id()).hasSize(3);
      String served = row.cells().get(1);
      String proof = row.cells().get(2);
      assertThat(served).as(row.id()).containsPattern("`|not yet");
      assertThat(proof).as(row.id()).containsPattern("`|not yet");
      assertThat(served.equals("not yet")).as(row.id()).isEqualTo(proof.equals("not yet"));
    }
  }

  @Test
  void whatIsNamedExists() throws IOException {
    Set<String> classes = classes();

    for (Row row : rows()) {
      for (String cell : row.cells().subList(1, 3)) {
        Matcher name = CODE.matcher(cell);
        while (name.find()) {
          assertThat(classes).as(row.id()).contains(name.group(1));
        }
      }
    }
  }

  private static Set<String> classes() throws IOException {
    try (Stream<Path> files = Files.walk(Pages.root())) {
      return files
          .filter(file -> !file.toString().contains("/target/"))
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .collect(Collectors.toUnmodifiableSet());
    }
  }
}
