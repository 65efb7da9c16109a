package dev.orbit.cli;

import dev.orbit.api.error.OrbitException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
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
    Optional<NodeOrder> node = NodeOrder.read(List.of(args));
    return node.isPresent()
        ? runNode(node.get(), err)
        : commandLine(List.of(args)).setOut(out).setErr(err).execute(args);
  }

  private static int runNode(NodeOrder order, PrintWriter err) {
    LogSetup.toStandardOutput();
    try {
      return new NodeRun(order).run();
    } catch (Exception e) {
      return failure(e, err);
    }
  }

  private static CommandLine commandLine(List<String> args) {
    CommandLine commandLine = OrbitCommand.commandLine(args);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(Main::wrongUsage);
    commandLine.setExecutionExceptionHandler((e, command, parsed) -> failure(e, command.getErr()));
    return commandLine;
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("orbit: " + firstLine(e.getMessage()));
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCodes.USAGE;
  }

  private static int failure(Exception e, PrintWriter err) {
    if (e instanceof UserError error) {
      err.println("orbit: " + error.getMessage());
      return error.exitCode();
    }
    if (e instanceof OrbitException error) {
      err.println("orbit: " + error.getMessage());
      return ExitCodes.FAILED;
    }
    err.println("orbit: unexpected " + e + "; please report it");
    if (Boolean.parseBoolean(System.getenv("ORBIT_STACKTRACE"))) {
      e.printStackTrace(err);
    } else {
      err.println("With ORBIT_STACKTRACE=true the command shows where it came from.");
    }
    return ExitCodes.FAILED;
  }

  private static String firstLine(@Nullable String message) {
    String text = message == null ? "" : message;
    return text.lines().findFirst().orElse("the command line is wrong");
  }
}
