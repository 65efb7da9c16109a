package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.state.StateStore;
import dev.orbit.examples.bank.Account;
import dev.orbit.examples.bank.AccountActor;
import dev.orbit.runtime.OrbitNode;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.transport.telemetry.SampledTraces;
import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Prometheus reads, and that dashboard and alerts ask for nothing else. */
class NodeTelemetryIT {
  private static final Pattern SERIES =
      Pattern.compile("\\b(?:orbit|rpc)_[a-z_]+(?=[{\\s\\[)=]|$)");

  /** Attributes look like names of metrics and are none. */
  private static final Set<String> LABELS =
      Set.of(
          "orbit_outcome",
          "orbit_actor_type",
          "orbit_peer",
          "orbit_connection_state",
          "rpc_method",
          "rpc_system_name");

  @Test
  void servesEverySeriesThatDashboardAndAlertsAskFor() throws Exception {
    String page;
    try (NodeTelemetry telemetry =
            NodeTelemetry.start("n", Optional.of(new Endpoint("127.0.0.1", 0)), Map.of());
        StateStore store = new MemoryStateStore();
        OrbitNode voter =
            OrbitNode.builder()
                .name("a")
                .stateStore(store)
                .actors(AccountActor.class)
                .raftListen(new Endpoint("127.0.0.1", 0))
                .start();
        OrbitNode node =
            OrbitNode.builder()
                .name("b")
                .stateStore(store)
                .actors(AccountActor.class)
                .voters(Map.of("a", voter.raftEndpoint().orElseThrow()))
                .openTelemetry(telemetry.openTelemetry())
                .start();
        HttpClient http = HttpClient.newHttpClient()) {
      assertThat(node.awaitReady(Duration.ofSeconds(30))).isTrue();
      // Some of them live there, some here.
      for (int i = 0; i < 64; i++) {
        node.actors().get(Account.class, "account-" + i).statement();
      }
      URI at = URI.create("http://127.0.0.1:" + telemetry.port().orElseThrow() + "/metrics");
      HttpResponse<String> answer =
          http.send(HttpRequest.newBuilder(at).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
      page = answer.body();
    }

    assertThat(page).contains("orbit_node_ready 1.0").contains("orbit_cluster_members 2.0");
    assertThat(page).containsPattern("rpc_server_call_duration_seconds_count\\{.*bank.*} \\d+");
    assertThat(page)
        .contains("orbit_peer_active{")
        .contains("orbit_peer_queued{")
        .contains("orbit_peer_bytes_total{")
        .contains("orbit_peer_request_duration_seconds_count")
        .containsPattern("orbit_payload_bytes_total\\{[^}]*form=\"copied\"[^}]*} [1-9]")
        .containsPattern("orbit_payload_bytes_total\\{[^}]*form=\"saved\"[^}]*} [1-9]");
    Set<String> asked = new TreeSet<>();
    Path ops = ops();
    JsonNode dashboard =
        JsonMapper.shared().readTree(Files.readString(ops.resolve("grafana-dashboard.json")));
    dashboard
        .get("panels")
        .forEach(
            panel ->
                panel
                    .get("targets")
                    .forEach(target -> asked.addAll(series(target.get("expr").asString()))));
    asked.addAll(series(Files.readString(ops.resolve("alerts.yaml"))));
    assertThat(asked).hasSizeGreaterThan(8);
    asked.removeAll(LABELS);
    assertThat(asked).allSatisfy(name -> assertThat(page).containsPattern("(?m)^" + name + "[ {]"));
  }

  private static Set<String> series(String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = SERIES.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  private static Path ops() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("ops")) ? here.resolve("ops") : here.resolve("../ops");
  }

  @Test
  void aShareOfTheTracesIsDrawnBeforeThereIsASpan() {
    Map<String, String> environment =
        Map.of(
            "OTEL_TRACES_EXPORTER", "otlp",
            "OTEL_TRACES_SAMPLER", "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG", "0.25");

    try (NodeTelemetry telemetry = NodeTelemetry.start("n1", Optional.empty(), environment)) {
      assertThat(telemetry.openTelemetry())
          .isInstanceOfSatisfying(
              SampledTraces.class, drawn -> assertThat(drawn.share()).isEqualTo(0.25));
    }
  }

  @Test
  void measuresNothingUnlessAsked() {
    try (NodeTelemetry telemetry = NodeTelemetry.start("n", Optional.empty(), Map.of())) {
      assertThat(telemetry.openTelemetry()).isSameAs(OpenTelemetry.noop());
      assertThat(telemetry.port()).isEmpty();
    }
  }
}
