package dev.orbit.checks;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Source text that breaks a rule on purpose, compiled so that the rule can be tried on it. */
final class PlantedCode {

  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
  private static final Pattern TYPE = Pattern.compile("(?:class|interface|record) (\\w+)");

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /** Of the test class path; one for all, because opening every library takes a second. */
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(null, null, null);

  private PlantedCode() {}

  /**
   * Compiles each text, which holds one top-level type with its package, against the test class
   * path.
   */
  static JavaClasses compile(Path folder, String... sources) throws IOException {
    List<JavaFileObject> units = new ArrayList<>();
    for (String source : sources) {
      units.add(new Text(source));
    }
    Files.createDirectories(folder);
    FILES.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(folder));
    if (!COMPILER.getTask(null, FILES, null, List.of("-nowarn"), null, units).call()) {
      throw new IllegalArgumentException("the planted code does not compile");
    }
    return new ClassFileImporter().importPath(folder);
  }

  private static String first(Pattern pattern, String source) {
    Matcher matcher = pattern.matcher(source);
    if (!matcher.find()) {
      throw new IllegalArgumentException("nothing matches " + pattern + " in " + source);
    }
    return matcher.group(1);
  }

  private static final class Text extends SimpleJavaFileObject {
    private final String source;

    Text(String source) {
      String name = first(PACKAGE, source).replace('.', '/') + "/" + first(TYPE, source);
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.source = source;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return source;
    }
  }
}
