package dev.orbit.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/dependencies.md says why each library and plugin of the poms is there, and names no other.
 */
class DependenciesTest {

  private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");
  private static final Pattern NAMED = Pattern.compile("`(?:[\\w.-]+:)?([\\w.-]+)`");

  @Test
  void everyDependencyIsExplained() {
    assertThat(unexplained(allPoms(), page())).isEmpty();
  }

  @Test
  void nothingIsExplainedThatIsGone() {
    assertThat(gone(allPoms(), page())).isEmpty();
  }

  @Test
  void findsADependencyWithoutAReason() {
    String pom = "<artifactId>grpc-netty</artifactId><artifactId>guice</artifactId>";

    assertThat(unexplained(pom, "| `io.grpc:grpc-netty` | streams |")).containsExactly("guice");
  }

  @Test
  void findsALineAboutADependencyThatIsGone() {
    assertThat(gone("<artifactId>grpc-netty</artifactId>", "| `a:guice` | injection |"))
        .containsExactly("guice");
  }

  private static Set<String> unexplained(String poms, String page) {
    Set<String> artifacts = matches(ARTIFACT, poms);
    artifacts.removeIf(name -> name.startsWith("orbit-"));
    artifacts.remove("*");
    artifacts.removeAll(matches(NAMED, page));
    return artifacts;
  }

  private static Set<String> gone(String poms, String page) {
    Set<String> named = new TreeSet<>();
    page.lines()
        .filter(line -> line.startsWith("|"))
        .map(line -> line.substring(0, line.indexOf('|', 1) + 1))
        .forEach(cell -> named.addAll(matches(NAMED, cell)));
    named.removeAll(matches(ARTIFACT, poms));
    return named;
  }

  private static Set<String> matches(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    pattern.matcher(text).results().forEach(match -> found.add(match.group(1)));
    return found;
  }

  private static String page() {
    return Repository.read(Repository.root().resolve("docs/dependencies.md"));
  }

  private static String allPoms() {
    return Stream.concat(Repository.MODULES.stream(), Stream.of("", "examples", "docs", "checks"))
        .map(module -> Repository.read(Repository.root().resolve(module).resolve("pom.xml")))
        .collect(Collectors.joining());
  }
}
