package dev.orbit.cli;

import dev.orbit.api.address.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node process is told to be, as it stands on its command line: {@code node run}, then
 * options of one value each. {@link NodeLauncher} writes it and {@link NodeRun} reads it, and
 * nobody types it: the library that reads what people type takes a tenth of a node's start.
 *
 * @param options values by name, without the dashes in front
 */
record NodeOrder(Map<String, String> options) {
  private static final List<String> COMMAND = List.of("node", "run");
  private static final String DASHES = "--";

  NodeOrder {
    options = new LinkedHashMap<>(options);
  }

  /** What the node is told; {@code replace} says whether it takes the place of a lost one. */
  static NodeOrder of(
      ClusterFile cluster, NodeSpec node, DataDirectory directory, boolean replace) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("name", node.name());
    options.put("cluster", cluster.cluster());
    options.put("demo", cluster.demo());
    options.put("listen", node.grpc());
    options.put("voters", cluster.voters());
    options.put("data-dir", directory.root().toString());
    options.put("parent", cluster.dev().pid() + ":" + cluster.dev().startedMillis());
    options.put("replace", Boolean.toString(replace));
    return new NodeOrder(options);
  }

  /** Where it is to serve {@code /metrics} besides. */
  NodeOrder withMetrics(Endpoint at) {
    Map<String, String> more = new LinkedHashMap<>(options);
    more.put("metrics", at.toString());
    return new NodeOrder(more);
  }

  /** The one on the command line; empty if that says something else. */
  static Optional<NodeOrder> read(List<String> arguments) {
    int command = COMMAND.size();
    if (arguments.size() < command || !arguments.subList(0, command).equals(COMMAND)) {
      return Optional.empty();
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = command; i + 1 < arguments.size(); i += 2) {
      options.put(arguments.get(i).replaceFirst(DASHES, ""), arguments.get(i + 1));
    }
    return Optional.of(new NodeOrder(options));
  }

  /** The command line. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>(COMMAND);
    options.forEach((name, value) -> arguments.addAll(List.of(DASHES + name, value)));
    return arguments;
  }

  String name() {
    return option("name");
  }

  String cluster() {
    return option("cluster");
  }

  Demo demo() {
    return Demo.named(option("demo"));
  }

  Endpoint listen() {
    return Endpoint.parse(option("listen"));
  }

  Map<String, Endpoint> voters() {
    Map<String, Endpoint> voters = new LinkedHashMap<>();
    for (String voter : option("voters").split(",")) {
      int equals = voter.indexOf('=');
      voters.put(voter.substring(0, equals), Endpoint.parse(voter.substring(equals + 1)));
    }
    return voters;
  }

  DataDirectory directory() {
    return new DataDirectory(Path.of(option("data-dir")));
  }

  /** The process with which it ends. */
  ProcessMark parent() {
    String[] parts = option("parent").split(":");
    return new ProcessMark(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
  }

  boolean replace() {
    return Boolean.parseBoolean(option("replace"));
  }

  Optional<Endpoint> metrics() {
    return Optional.ofNullable(options.get("metrics")).map(Endpoint::parse);
  }

  private String option(String name) {
    String value = options.get(name);
    if (value == null) {
      throw new UserError(
          ExitCodes.USAGE,
          "node run lacks --%s; nodes are started by orbit dev and orbit node start"
              .formatted(name));
    }
    return value;
  }
}
