package dev.orbit.checks;

import java.util.BitSet;

/**
 * Which lines of a source carry code: those with anything but white space and comments on them.
 *
 * <p>A reader of characters with six states; strings and text blocks are code, whatever they look
 * like inside.
 */
final class CodeLines {

  private enum In {
    CODE,
    LINE_COMMENT,
    BLOCK_COMMENT,
    STRING,
    CHARACTER,
    TEXT_BLOCK
  }

  private final String source;
  private final BitSet lines = new BitSet();
  private In in = In.CODE;

  /** Lines are counted from one. */
  private int line = 1;

  private CodeLines(String source) {
    this.source = source;
  }

  static BitSet of(String source) {
    CodeLines reader = new CodeLines(source);
    for (int at = 0; at < source.length(); ) {
      at += reader.read(at);
    }
    return reader.lines;
  }

  /** Reads what stands at the position and says how many characters it took. */
  private int read(int at) {
    char c = source.charAt(at);
    if (c == '\n') {
      line++;
      if (in == In.LINE_COMMENT) {
        in = In.CODE;
      }
      return 1;
    }
    return switch (in) {
      case CODE -> readCode(at, c);
      case LINE_COMMENT -> 1;
      case BLOCK_COMMENT -> end(at, "*/");
      case STRING -> readQuoted(at, c, "\"");
      case CHARACTER -> readQuoted(at, c, "'");
      case TEXT_BLOCK -> readQuoted(at, c, "\"\"\"");
    };
  }

  private int readCode(int at, char c) {
    if (source.startsWith("//", at)) {
      return begin(In.LINE_COMMENT, 2);
    }
    if (source.startsWith("/*", at)) {
      return begin(In.BLOCK_COMMENT, 2);
    }
    if (!Character.isWhitespace(c)) {
      lines.set(line);
    }
    if (source.startsWith("\"\"\"", at)) {
      return begin(In.TEXT_BLOCK, 3);
    }
    if (c == '"') {
      return begin(In.STRING, 1);
    }
    return c == '\'' ? begin(In.CHARACTER, 1) : 1;
  }

  private int readQuoted(int at, char c, String end) {
    if (!Character.isWhitespace(c)) {
      lines.set(line);
    }
    boolean escapes = c == '\\' && at + 1 < source.length() && source.charAt(at + 1) != '\n';
    return escapes ? 2 : end(at, end);
  }

  private int begin(In next, int length) {
    in = next;
    return length;
  }

  private int end(int at, String end) {
    if (!source.startsWith(end, at)) {
      return 1;
    }
    in = In.CODE;
    return end.length();
  }
}
