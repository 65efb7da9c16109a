package dev.orbit.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only groups others: by itself it is a mistake of usage. */
abstract class CommandGroup implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public final void run() {
    if (spec == null) {
      throw new IllegalStateException("a command that picocli did not make");
    }
    String commands = String.join(", ", visibleCommands(spec));
    throw new ParameterException(
        spec.commandLine(), "%s needs a command: %s".formatted(spec.qualifiedName(), commands));
  }

  private static Iterable<String> visibleCommands(CommandSpec spec) {
    return spec.subcommands().entrySet().stream()
        .filter(command -> !command.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .toList();
  }
}
