package dev.orbit.cli;

import dev.orbit.api.address.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Calls one method of one actor. */
@Command(
    name = "call",
    description = "Calls a method of an actor and prints what it returns, as JSON.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  orbit actor call bank.Account/ada deposit '\"op-1\"' 500",
      "  orbit actor call bank.Account/ada balance"
    })
final class ActorCallCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "TYPE/KEY",
      description = "The actor; TYPE alone for a type without keys.")
  private String actor = "";

  @Parameters(index = "1", paramLabel = "METHOD", description = "The method of its contract.")
  private String method = "";

  @Parameters(
      index = "2..*",
      paramLabel = "JSON",
      description = "The arguments, each a JSON value; strings in double quotes.")
  private List<String> arguments = new ArrayList<>();

  @Option(
      names = "--key-type",
      paramLabel = "KIND",
      description = "How to read KEY: string (default), int32, int64.")
  private ActorAddress.Kind kind = ActorAddress.Kind.STRING;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      converter = DurationConverter.class,
      description = "How long to wait for the answer (default: 30s).")
  private Duration timeout = Duration.ofSeconds(30);

  @Mixin private DataDirOption dataDir = new DataDirOption();
  @Mixin private OutputOption output = new OutputOption();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    ActorAddress address = ActorAddress.parse(actor, kind);
    address.toWire();
    String json = jsonArray();
    ClusterFile cluster = dataDir.directory().running();
    CallAnswer answer = new JsonCall(gateway(cluster), timeout).call(address, method, json);
    return switch (answer) {
      case CallAnswer.Value value -> print(value);
      case CallAnswer.Failure failure -> fail(failure);
    };
  }

  private String jsonArray() {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      Optional<String> flaw = Json.flaw(argument);
      if (flaw.isPresent()) {
        throw new UserError(
            ExitCodes.USAGE,
            "argument %d is not JSON: %s%nStrings need double quotes, as '\"%s\"'"
                .formatted(i + 1, argument, argument.replace("\"", "")));
      }
    }
    return "[" + String.join(",", arguments) + "]";
  }

  private static Endpoint gateway(ClusterFile cluster) {
    return cluster.nodes().stream()
        .filter(NodeRow::ready)
        .findFirst()
        .map(node -> Endpoint.parse(node.grpc()))
        .orElseThrow(
            () ->
                new UserError(
                    ExitCodes.FAILED,
                    "no node is ready; see: orbit node ls, start one with: orbit node start "
                        + cluster.nodes().getFirst().name()));
  }

  private int print(CallAnswer.Value value) {
    Printer.of(spec, output).result(Json.tree(value.json()), () -> Json.prettyText(value.json()));
    return ExitCodes.OK;
  }

  private int fail(CallAnswer.Failure failure) {
    if (output.json()) {
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("code", failure.codeText());
      error.put("description", failure.description());
      error.put("remoteType", failure.remoteType());
      Printer.of(spec, output).result(Map.of("error", error), String::new);
      return failure.exitCode();
    }
    throw new UserError(failure.exitCode(), failure.text());
  }
}
