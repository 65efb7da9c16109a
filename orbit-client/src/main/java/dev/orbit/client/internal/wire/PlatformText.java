package dev.orbit.client.internal.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Exceptions as text, in the form of a Java stack trace, and the frames of such a text. */
final class PlatformText {
  private static final int MAX_FRAMES = 40;
  private static final int MAX_CAUSES = 8;

  /** More than this helps nobody, and every node on the way carries it. */
  private static final int MAX_LENGTH = 16_384;

  private static final String CAUSE = "Caused by: ";

  private static final String FRAME_PREFIX = "\tat ";

  /** Class, method, file, line; a line may be missing. Possessive, so that no text takes long. */
  private static final Pattern FRAME =
      Pattern.compile("\\tat ([^\\s()]++)\\(([^()\\n:]++)(?::(\\d{1,9}))?\\)");

  private PlatformText() {}

  /** The class names, messages and topmost frames of {@code thrown} and its causes. */
  static String of(Throwable thrown) {
    StringBuilder text = new StringBuilder();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    String prefix = "";
    for (Throwable t = thrown;
        t != null && seen.size() < MAX_CAUSES && seen.add(t);
        t = causeOf(t)) {
      text.append(prefix).append(line(t)).append('\n');
      appendFrames(text, framesOf(t));
      prefix = CAUSE;
    }
    text.setLength(Math.min(text.length(), MAX_LENGTH));
    return text.toString();
  }

  /** Its message, of bounded length; its class may fail to give one, which must not matter. */
  static @Nullable String messageOf(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      return message == null || message.length() <= MAX_LENGTH
          ? message
          : message.substring(0, MAX_LENGTH) + "...";
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      return "(its message could not be had: %s)".formatted(e.getClass().getName());
    }
  }

  private static @Nullable Throwable causeOf(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (RuntimeException | StackOverflowError | LinkageError _) {
      return null;
    }
  }

  private static StackTraceElement[] framesOf(Throwable thrown) {
    try {
      return thrown.getStackTrace();
    } catch (RuntimeException | StackOverflowError | LinkageError _) {
      return new StackTraceElement[0];
    }
  }

  private static String line(Throwable thrown) {
    String message = messageOf(thrown);
    String name = thrown.getClass().getName();
    return message == null ? name : name + ": " + message;
  }

  /** The runtime's frames below the actor's method are the same in every trace. */
  private static void appendFrames(StringBuilder text, StackTraceElement[] frames) {
    int shown = 0;
    while (shown < Math.min(frames.length, MAX_FRAMES)
        && !(shown > 0 && isOfRuntime(frames[shown]))) {
      text.append(FRAME_PREFIX).append(frames[shown]).append('\n');
      shown++;
    }
    if (shown < frames.length) {
      text.append("\t... ").append(frames.length - shown).append(" more\n");
    }
  }

  private static boolean isOfRuntime(StackTraceElement frame) {
    String type = frame.getClassName();
    return type.startsWith("dev.orbit.runtime.internal.")
        || type.startsWith("jdk.internal.reflect.")
        || type.startsWith("java.lang.invoke.");
  }

  /** The causes of the first exception in {@code text}, as a chain; null if it has none. */
  static @Nullable RemoteCause causes(String text) {
    String[] parts = text.split("\n" + CAUSE, MAX_CAUSES + 1);
    RemoteCause cause = null;
    for (int i = parts.length - 1; i > 0; i--) {
      int end = parts[i].indexOf('\n');
      cause = new RemoteCause(end < 0 ? parts[i] : parts[i].substring(0, end), cause);
      cause.setStackTrace(frames(parts[i]));
    }
    return cause;
  }

  /** The frames of the first exception in {@code text}; none where the text has another form. */
  static StackTraceElement[] frames(String text) {
    List<StackTraceElement> frames = new ArrayList<>();
    for (String line : text.split("\n", MAX_FRAMES * 2)) {
      if (line.startsWith(CAUSE) || frames.size() == MAX_FRAMES) {
        break;
      }
      Matcher matcher = FRAME.matcher(line);
      if (matcher.matches()) {
        frames.add(frame(matcher));
      }
    }
    return frames.toArray(StackTraceElement[]::new);
  }

  private static StackTraceElement frame(Matcher matcher) {
    String path = matcher.group(1);
    int dot = path.lastIndexOf('.');
    String line = matcher.group(3);
    return new StackTraceElement(
        dot < 0 ? "" : path.substring(0, dot),
        path.substring(dot + 1),
        matcher.group(2),
        line == null ? -1 : Integer.parseInt(line));
  }
}
