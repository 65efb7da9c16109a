package dev.orbit.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands, by name. */
@Command(
    name = "orbit",
    description = "Runs clusters of virtual actors on this machine.",
    mixinStandardHelpOptions = true,
    version = "orbit 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; of dev: the ledger balances",
      "1:it was tried and failed",
      "2:the command line is wrong or names what does not exist",
      "3:no cluster runs in the data directory",
      "4:the demo's ledger does not balance",
      "5:the call may have run or not"
    })
final class OrbitCommand extends CommandGroup {
  private static final List<Class<?>> COMMANDS =
      List.of(DevCommand.class, Node.class, Cluster.class, Actor.class, Cert.class);

  /**
   * What reads the command line: of the commands it knows the one that is asked for, if one is.
   * Reading what all of them take costs a start a tenth of its time.
   */
  static CommandLine commandLine(List<String> args) {
    List<Class<?>> asked =
        COMMANDS.stream()
            .filter(command -> !args.isEmpty() && name(command).equals(args.getFirst()))
            .toList();
    CommandLine commandLine = new CommandLine(new OrbitCommand());
    for (Class<?> command : asked.isEmpty() ? COMMANDS : asked) {
      commandLine.addSubcommand(command);
    }
    return commandLine;
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  @Command(
      name = "node",
      description = "The nodes of a running cluster.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND",
      subcommands = {
        NodeLsCommand.class,
        NodeStopCommand.class,
        NodeKillCommand.class,
        NodeStartCommand.class,
        NodeRehearseCommand.class
      })
  static final class Node extends CommandGroup {}

  @Command(
      name = "cluster",
      description = "A running cluster as a whole.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND",
      subcommands = ClusterStatusCommand.class)
  static final class Cluster extends CommandGroup {}

  @Command(
      name = "actor",
      description = "The actors of a running cluster.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND",
      subcommands = ActorCallCommand.class)
  static final class Actor extends CommandGroup {}

  @Command(
      name = "cert",
      description = "Certificates of nodes and clients.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND",
      subcommands = CertDevCommand.class)
  static final class Cert extends CommandGroup {}
}
