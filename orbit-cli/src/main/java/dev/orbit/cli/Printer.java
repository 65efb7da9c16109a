package dev.orbit.cli;

import java.io.PrintWriter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Prints results in the form that was asked for. Safe for several threads. */
final class Printer {
  private final PrintWriter out;
  private final boolean json;

  private Printer(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  static Printer of(@Nullable CommandSpec spec, OutputOption output) {
    if (spec == null) {
      throw new IllegalStateException("a command that picocli did not make");
    }
    return new Printer(spec.commandLine().getOut(), output.json());
  }

  /** The one result of a command. */
  void result(Object value, Supplier<String> text) {
    print(json ? Json.pretty(value) : text.get());
  }

  /** One of several things that a command tells as it goes; JSON on a line of its own. */
  void event(Object value, Supplier<String> text) {
    print(json ? Json.line(value) : text.get());
  }

  private synchronized void print(String text) {
    if (!text.isEmpty()) {
      out.println(text);
      out.flush();
    }
  }
}
