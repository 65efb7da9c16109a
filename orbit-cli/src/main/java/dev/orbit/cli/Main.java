package dev.orbit.cli;

import dev.orbit.api.error.OrbitException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The entry point of the command. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode = run(out, err, args);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /** Runs one command in this process. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    return commandLine().setOut(out).setErr(err).execute(args);
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new OrbitCommand());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(Main::wrongUsage);
    commandLine.setExecutionExceptionHandler(Main::failure);
    return commandLine;
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("orbit: " + firstLine(e.getMessage()));
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCodes.USAGE;
  }

  private static int failure(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    if (e instanceof UserError error) {
      command.getErr().println("orbit: " + error.getMessage());
      return error.exitCode();
    }
    if (e instanceof OrbitException error) {
      command.getErr().println("orbit: " + error.getMessage());
      return ExitCodes.FAILED;
    }
    command.getErr().println("orbit: unexpected " + e + "; please report it");
    if (Boolean.parseBoolean(System.getenv("ORBIT_STACKTRACE"))) {
      e.printStackTrace(command.getErr());
    } else {
      command.getErr().println("With ORBIT_STACKTRACE=true the command shows where it came from.");
    }
    return ExitCodes.FAILED;
  }

  private static String firstLine(@Nullable String message) {
    String text = message == null ? "" : message;
    return text.lines().findFirst().orElse("the command line is wrong");
  }
}
