package dev.orbit.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command in this process came to. */
record Cli(int exitCode, String out, String err) {
  static Cli run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Cli(exitCode, out.toString(), err.toString());
  }
}
