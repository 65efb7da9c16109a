package dev.orbit.checks;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * What is too large or badly named in one source file.
 *
 * <p>Lines are those with code on them: comments and blank lines are free.
 */
final class Sizes {

  static final int MAX_FILE_LINES = 400;
  static final int MAX_METHOD_LINES = 60;
  static final int MAX_CONSTRUCTOR_PARAMETERS = 6;

  private static final Pattern BAD_NAME =
      Pattern.compile(".*(Manager|Helper|Utils?|Impl)|(Abstract|Base)([A-Z].*)?");

  /**
   * One thing that breaks a rule.
   *
   * @param id file, and after a number sign what in it: how the list of exceptions names it
   * @param problem what is wrong, with figures
   */
  record Finding(String id, String problem) {}

  private Sizes() {}

  static List<Finding> findings(String file, String source) {
    return findings(Map.of(file, source));
  }

  /** Of sources by their files; one run of the parser for all, because starting one is costly. */
  static List<Finding> findings(Map<String, String> sources) {
    List<Finding> findings = new ArrayList<>();
    List<Text> texts = new ArrayList<>();
    sources.forEach((file, source) -> texts.add(new Text(file, source)));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task = (JavacTask) compiler.getTask(null, null, null, null, null, texts);
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        String file = unit.getSourceFile().toUri().getPath().substring(1);
        BitSet code = CodeLines.of(sources.get(file));
        if (code.cardinality() > MAX_FILE_LINES) {
          findings.add(
              new Finding(
                  file,
                  "%d lines of code, %d allowed".formatted(code.cardinality(), MAX_FILE_LINES)));
        }
        new Walk(file, unit, positions, code, findings).scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return findings;
  }

  private static final class Walk extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final String file;
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final BitSet code;
    private final List<Finding> findings;

    Walk(
        String file,
        CompilationUnitTree unit,
        SourcePositions positions,
        BitSet code,
        List<Finding> findings) {
      this.file = file;
      this.unit = unit;
      this.positions = positions;
      this.code = code;
      this.findings = findings;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
      String name = type.getSimpleName().toString();
      if (BAD_NAME.matcher(name).matches()) {
        add(name, "the name does not say what it is");
      }
      return super.visitClass(type, null);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
      ClassTree owner = owner();
      boolean constructor = method.getReturnType() == null;
      String type = owner.getSimpleName().toString();
      String name = constructor ? type : type + "." + method.getName();
      int lines = lines(method);
      if (lines > MAX_METHOD_LINES) {
        add(name, "%d lines of code, %d allowed".formatted(lines, MAX_METHOD_LINES));
      }
      int parameters = method.getParameters().size();
      if (constructor
          && owner.getKind() != Tree.Kind.RECORD
          && parameters > MAX_CONSTRUCTOR_PARAMETERS) {
        add(name, "%d parameters, %d allowed".formatted(parameters, MAX_CONSTRUCTOR_PARAMETERS));
      }
      return super.visitMethod(method, null);
    }

    private ClassTree owner() {
      for (TreePath at = getCurrentPath(); at != null; at = at.getParentPath()) {
        if (at.getLeaf() instanceof ClassTree type) {
          return type;
        }
      }
      throw new IllegalStateException("a method outside a type in " + file);
    }

    private int lines(Tree tree) {
      int first = line(positions.getStartPosition(unit, tree));
      int last = line(positions.getEndPosition(unit, tree));
      return code.get(first, last + 1).cardinality();
    }

    private int line(long position) {
      return Math.toIntExact(unit.getLineMap().getLineNumber(position));
    }

    private void add(String element, String problem) {
      findings.add(new Finding(file + "#" + element, problem));
    }
  }

  private static final class Text extends SimpleJavaFileObject {
    private final String source;

    Text(String file, String source) {
      super(URI.create("string:///" + file), Kind.SOURCE);
      this.source = source;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return source;
    }
  }
}
