package dev.orbit.cli;

import dev.orbit.client.OrbitClient;
import dev.orbit.examples.bank.BankLoad;
import dev.orbit.examples.bank.BankLoadConfig;
import dev.orbit.transport.env.SystemEnvironment;
import java.time.Duration;

/** The bank's load, run by a client outside the cluster. */
final class BankRun implements AutoCloseable {
  static final int DEFAULT_RATE = BankLoadConfig.DEFAULT_RATE;

  /** Longer than a dead node's lease and the recovery of its accounts: calls live through it. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

  private final SystemEnvironment environment;
  private final OrbitClient client;
  private final BankLoad load;
  private final BankLoadConfig config;

  private BankRun(SystemEnvironment environment, OrbitClient client, BankLoadConfig config) {
    this.environment = environment;
    this.client = client;
    this.config = config;
    this.load = new BankLoad(environment, client.actors(), config);
  }

  static BankRun connect(ClusterFile cluster, int rate) {
    String[] endpoints = cluster.nodes().stream().map(NodeRow::grpc).toArray(String[]::new);
    OrbitClient client =
        OrbitClient.builder()
            .cluster(cluster.cluster())
            .endpoints(endpoints)
            .timeout(CALL_TIMEOUT)
            .connect();
    BankLoadConfig config =
        BankLoadConfig.DEFAULT.withRatePerSecond(rate).withCallTimeout(CALL_TIMEOUT);
    return new BankRun(new SystemEnvironment(), client, config);
  }

  BankLoad load() {
    return load;
  }

  int accounts() {
    return config.accounts();
  }

  @Override
  public void close() {
    load.close();
    client.close();
    environment.close();
  }
}
