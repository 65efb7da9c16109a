package dev.orbit.cli;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.transport.security.IdentityScheme;
import dev.orbit.transport.security.SpiffeId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes certificates for a cluster under development. */
@Command(
    name = "dev",
    description = {
      "Makes an authority and certificates for development.",
      "For each node and client a folder with cert.pem, key.pem and trust.pem. The authority's key",
      "is not kept: to add a node, make all of them anew."
    },
    mixinStandardHelpOptions = true)
final class CertDevCommand implements Callable<Integer> {
  private static final int MOST_DAYS = 365;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where to write; default: ${DEFAULT-VALUE}",
      defaultValue = "certs")
  private Path out = Path.of("certs");

  @Option(
      names = "--cluster",
      description = "The cluster's name; default: ${DEFAULT-VALUE}",
      defaultValue = "orbit")
  private String cluster = "orbit";

  @Option(
      names = "--trust-domain",
      paramLabel = "DOMAIN",
      description = "The trust domain; default: ${DEFAULT-VALUE}",
      defaultValue = "orbit.dev")
  private String trustDomain = "orbit.dev";

  @Option(
      names = "--nodes",
      split = ",",
      paramLabel = "NAME",
      description = "The nodes' names; default: ${DEFAULT-VALUE}",
      defaultValue = "node-1,node-2,node-3")
  private List<String> nodes = new ArrayList<>();

  @Option(
      names = "--clients",
      split = ",",
      paramLabel = "NAME",
      description = "Clients' names, each as spiffe://DOMAIN/client/NAME; default: none")
  private List<String> clients = new ArrayList<>();

  @Option(
      names = "--days",
      description = "For how long they are good, 1 to 365; default: ${DEFAULT-VALUE}",
      defaultValue = "30")
  private int days = 30;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (days < 1 || days > MOST_DAYS) {
      throw new UserError(
          ExitCodes.USAGE, "--days is %d; allowed are 1 to %d".formatted(days, MOST_DAYS));
    }
    IdentityScheme scheme;
    Map<String, SpiffeId> wanted = new LinkedHashMap<>();
    try {
      scheme = IdentityScheme.of(trustDomain);
      for (String node : nodes) {
        wanted.put(node.strip(), scheme.of(new NodeId(node.strip(), cluster)));
      }
      for (String client : clients) {
        SpiffeId id = new SpiffeId(trustDomain, "/client/" + client.strip());
        if (wanted.putIfAbsent(client.strip(), id) != null) {
          throw new IllegalArgumentException("'%s' is named twice".formatted(client.strip()));
        }
      }
    } catch (IllegalArgumentException | ConfigurationException e) {
      throw new UserError(ExitCodes.USAGE, String.valueOf(e.getMessage()));
    }
    Instant now = Instant.now();
    DevAuthority authority = new DevAuthority(scheme, now, Duration.ofDays(days));
    wanted.forEach(
        (name, id) -> {
          authority.issue(out.resolve(name), id, now);
          print("%s  %s".formatted(out.resolve(name), id));
        });
    return ExitCodes.OK;
  }

  private void print(String line) {
    if (spec != null) {
      spec.commandLine().getOut().println(line);
    }
  }
}
