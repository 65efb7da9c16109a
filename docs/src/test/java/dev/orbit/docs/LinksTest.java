package dev.orbit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

  static Stream<String> pages() {
    return Pages.all().stream().map(Pages::name);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksLeadSomewhere(String page) {
    assertThat(broken(Pages.root().resolve(page))).isEmpty();
  }

  @Test
  void findsALinkThatLeadsNowhere(@TempDir Path directory) throws Exception {
    Path page = Files.writeString(directory.resolve("a.md"), "# A b\n[x](b.md) [y](#a-b) [z](#c)");

    assertThat(broken(page)).containsExactly("b.md", "#c");
  }

  @Test
  void everyPageIsReachedFromTheIndex() {
    List<Path> reached = new ArrayList<>(List.of(Pages.root().resolve("docs/index.md")));
    for (int i = 0; i < reached.size(); i++) {
      for (String target : targets(reached.get(i))) {
        Path file = reached.get(i).resolveSibling(target.replaceAll("#.*", "")).normalize();
        if (target.contains(".md") && !reached.contains(file) && Files.exists(file)) {
          reached.add(file);
        }
      }
    }

    assertThat(reached).containsAll(Pages.all());
  }

  private static List<String> broken(Path page) {
    return targets(page).stream().filter(target -> !leadsSomewhere(page, target)).toList();
  }

  private static List<String> targets(Path page) {
    List<String> targets = new ArrayList<>();
    Matcher link = LINK.matcher(Pages.read(page).replaceAll("(?s)```.*?```", ""));
    while (link.find()) {
      if (!link.group(1).contains("://")) {
        targets.add(link.group(1));
      }
    }
    return targets;
  }

  private static boolean leadsSomewhere(Path page, String target) {
    int hash = target.indexOf('#');
    String path = hash < 0 ? target : target.substring(0, hash);
    Path file = path.isEmpty() ? page : page.resolveSibling(path);
    return Files.exists(file) && (hash < 0 || anchors(file).contains(target.substring(hash + 1)));
  }

  private static List<String> anchors(Path file) {
    return HEADING
        .matcher(Pages.read(file))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
        .toList();
  }
}
