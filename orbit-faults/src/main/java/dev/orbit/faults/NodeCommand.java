package dev.orbit.faults;

import java.nio.file.Path;
import java.util.List;

/**
 * What a {@link NodeProcess} runs.
 *
 * @param name of the node, for messages
 * @param main the class with the main method, on the class path of this process
 * @param arguments of the main method
 * @param jvmFlags beyond those that all nodes have
 * @param log where its standard error goes, added to what is there
 */
public record NodeCommand(
    String name, Class<?> main, List<String> arguments, List<String> jvmFlags, Path log) {
  public NodeCommand {
    arguments = List.copyOf(arguments);
    jvmFlags = List.copyOf(jvmFlags);
  }

  /** Without further flags. */
  public NodeCommand(String name, Class<?> main, List<String> arguments, Path log) {
    this(name, main, arguments, List.of(), log);
  }
}
