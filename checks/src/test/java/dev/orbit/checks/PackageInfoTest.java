package dev.orbit.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every package of main code says what it is and that it is free of unmarked nulls. */
class PackageInfoTest {

  /** At least twenty characters that do not begin with a block tag. */
  private static final Pattern JAVADOC =
      Pattern.compile("/\\*\\*[\\s*]++(?!@)(?:(?!\\*/)[\\s\\S]){20,}\\*/");

  private static final Pattern NULL_MARKED =
      Pattern.compile("^@(org\\.jspecify\\.annotations\\.)?NullMarked\\b", Pattern.MULTILINE);

  @Test
  void everyPackageIsDescribedAndNullMarked() {
    List<Path> packages =
        Repository.mainJavaFiles().stream()
            .map(file -> Objects.requireNonNull(file.getParent()))
            .distinct()
            .toList();

    assertThat(packages).isNotEmpty();
    assertThat(packages.stream().flatMap(folder -> problems(folder).stream())).isEmpty();
  }

  @Test
  void findsAPackageWithoutDescription(@TempDir Path folder) {
    assertThat(problems(folder)).singleElement().asString().contains("has no package-info.java");
  }

  @Test
  void findsAPackageThatIsNotNullMarked(@TempDir Path folder) throws Exception {
    write(folder, "/** What this package is, in a sentence. */\npackage a;\n");

    assertThat(problems(folder)).singleElement().asString().contains("@NullMarked");
  }

  @Test
  void findsAPackageWithoutJavadoc(@TempDir Path folder) throws Exception {
    write(folder, "@NullMarked\npackage a;\n\nimport org.jspecify.annotations.NullMarked;\n");

    assertThat(problems(folder)).singleElement().asString().contains("Javadoc");
  }

  @Test
  void findsAPackageWithEmptyJavadoc(@TempDir Path folder) throws Exception {
    write(
        folder, "/**\n * @since 1 and not before\n */\n@NullMarked\npackage a;\n/* a comment */\n");

    assertThat(problems(folder)).singleElement().asString().contains("Javadoc");
  }

  @Test
  void acceptsADescriptionWithLinks(@TempDir Path folder) throws Exception {
    write(
        folder, "/**\n * The {@link Object} of\n * all * things.\n */\n@NullMarked\npackage a;\n");

    assertThat(problems(folder)).isEmpty();
  }

  @Test
  void acceptsAPackageWithBoth(@TempDir Path folder) throws Exception {
    write(folder, "/** What this package is, in a sentence. */\n@NullMarked\npackage a;\n");

    assertThat(problems(folder)).isEmpty();
  }

  private static void write(Path folder, String text) throws Exception {
    Files.writeString(folder.resolve("package-info.java"), text);
  }

  private static List<String> problems(Path folder) {
    Path info = folder.resolve("package-info.java");
    if (!Files.exists(info)) {
      return List.of(folder + " has no package-info.java");
    }
    String text = Repository.read(info);
    List<String> problems = new ArrayList<>();
    if (!JAVADOC.matcher(text).find()) {
      problems.add(info + " has no Javadoc that says what the package is");
    }
    if (!NULL_MARKED.matcher(text).find()) {
      problems.add(info + " lacks @NullMarked");
    }
    return problems;
  }
}
