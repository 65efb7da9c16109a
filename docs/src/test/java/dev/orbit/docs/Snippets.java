package dev.orbit.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Code in pages. A block of Java or protobuf follows a comment {@code <!-- source: PATH#REGION -->}
 * and equals what stands in that file between {@code // region: REGION} and the next {@code //
 * endregion}.
 */
final class Snippets {
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?:<!-- source: (\\S+)#(\\S+) -->\\n)?```(java|proto)\\n(.*?)```", Pattern.DOTALL);

  private Snippets() {}

  /** What is wrong with the code of a page. */
  static List<String> problems(String page, Function<String, Optional<String>> sources) {
    List<String> problems = new ArrayList<>();
    Matcher block = BLOCK.matcher(page);
    while (block.find()) {
      String code = block.group(4);
      String start = code.lines().findFirst().orElse("").strip();
      if (block.group(1) == null) {
        problems.add("code without a source comment: " + start);
        continue;
      }
      String reference = block.group(1) + "#" + block.group(2);
      Optional<String> region =
          sources.apply(block.group(1)).flatMap(source -> region(source, block.group(2)));
      if (region.isEmpty()) {
        problems.add("there is no " + reference);
      } else if (!region.get().equals(code)) {
        problems.add("the code differs from " + reference + ", which reads:\n" + region.get());
      }
    }
    return problems;
  }

  /** The lines of a region, moved to the left margin. */
  static Optional<String> region(String source, String name) {
    List<String> lines = source.lines().toList();
    int begin = -1;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.equals("// region: " + name)) {
        begin = i + 1;
      } else if (begin >= 0 && line.equals("// endregion")) {
        // A blank last line would count as the left margin.
        String region = String.join("\n", lines.subList(begin, i)).stripTrailing();
        return Optional.of(region.stripIndent().strip() + "\n");
      }
    }
    return Optional.empty();
  }
}
