package dev.orbit.transport.telemetry;

import dev.orbit.api.address.NodeId;
import dev.orbit.transport.ConnectionStatistics;
import dev.orbit.transport.PeerStatus;
import dev.orbit.transport.Transport;
import dev.orbit.transport.TransportCounts;
import dev.orbit.transport.limits.CircuitBreaker;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** What is read of a transport when somebody collects its metrics. */
public final class TransportMetrics {
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("orbit.outcome");
  private static final AttributeKey<String> PEER = AttributeKey.stringKey("orbit.peer");
  private static final AttributeKey<String> STATE =
      AttributeKey.stringKey("orbit.connection.state");
  private static final AttributeKey<String> DIRECTION = AttributeKey.stringKey("orbit.direction");
  private static final AttributeKey<String> FORM = AttributeKey.stringKey("orbit.form");
  private static final long NANOS_PER_MICRO = 1000;

  private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("orbit.client");

  private final Transport transport;
  private final Telemetry telemetry;
  private final Attributes whose;
  private final List<AutoCloseable> made = new ArrayList<>();

  private TransportMetrics(Transport transport, Telemetry telemetry, Attributes whose) {
    this.transport = transport;
    this.telemetry = telemetry;
    this.whose = whose;
  }

  /**
   * Makes the gauges and counters of a node's transport. Series that name a node are as many as
   * there are nodes that were asked for and not forgotten.
   *
   * @return ends them
   */
  public static List<AutoCloseable> observe(Transport transport, Telemetry telemetry) {
    return observe(transport, telemetry, Attributes.empty());
  }

  /**
   * Makes those of the transport of a client outside of the cluster, under its name.
   *
   * @param client tells it from a node and from other clients that measure by the same telemetry
   * @return ends them
   */
  public static List<AutoCloseable> observeClient(
      Transport transport, Telemetry telemetry, String client) {
    return observe(transport, telemetry, ofClient(client));
  }

  /** What stands at everything that a client of that name measures of itself. */
  public static Attributes ofClient(String client) {
    return Attributes.of(CLIENT, client);
  }

  private static List<AutoCloseable> observe(
      Transport transport, Telemetry telemetry, Attributes whose) {
    TransportMetrics metrics = new TransportMetrics(transport, telemetry, whose);
    metrics.connections();
    metrics.peers();
    metrics.compression();
    metrics.payloads();
    return metrics.made;
  }

  private Attributes with(AttributeKey<String> key, String value) {
    return whose.toBuilder().put(key, value).build();
  }

  private Attributes with(
      AttributeKey<String> key, String value, AttributeKey<String> second, String secondValue) {
    return whose.toBuilder().put(key, value).put(second, secondValue).build();
  }

  private void add(OrbitMetric metric, Consumer<ObservableLongMeasurement> reading) {
    made.add(telemetry.observe(metric, reading));
  }

  private void add(OrbitMetric metric, LongSupplier value) {
    add(metric, reading -> reading.record(value.getAsLong(), whose));
  }

  private void connections() {
    add(
        OrbitMetric.CONNECTIONS,
        connections -> {
          List<PeerStatus> peers = transport.peers();
          for (PeerStatus.State state : PeerStatus.State.values()) {
            connections.record(
                peers.stream().filter(peer -> peer.state() == state).count(),
                with(STATE, state.name().toLowerCase(Locale.ROOT)));
          }
        });
    add(
        OrbitMetric.BREAKERS_OPEN,
        () ->
            transport.peers().stream()
                .filter(peer -> peer.breaker() != CircuitBreaker.State.CLOSED)
                .count());
    add(OrbitMetric.BREAKERS_OPENED, () -> transport.counts().breakersOpened());
    add(OrbitMetric.BREAKER_REFUSED, () -> transport.counts().breakerRefused());
    add(
        OrbitMetric.POOL_LOOKUPS,
        lookups -> {
          lookups.record(sum(ConnectionStatistics::hits), with(OUTCOME, "hit"));
          lookups.record(sum(ConnectionStatistics::misses), with(OUTCOME, "miss"));
        });
    add(
        OrbitMetric.CONNECTS,
        connects -> {
          connects.record(sum(ConnectionStatistics::connects), with(OUTCOME, "made"));
          connects.record(sum(ConnectionStatistics::failedConnects), with(OUTCOME, "failed"));
        });
  }

  private long sum(ToLongFunction<ConnectionStatistics> of) {
    return transport.peers().stream().map(PeerStatus::statistics).mapToLong(of).sum();
  }

  private void peers() {
    add(
        OrbitMetric.PEER_REQUESTS,
        requests -> {
          byNode(ConnectionStatistics::answered)
              .forEach(
                  (peer, count) -> requests.record(count, with(PEER, peer, OUTCOME, "answered")));
          byNode(ConnectionStatistics::failed)
              .forEach(
                  (peer, count) -> requests.record(count, with(PEER, peer, OUTCOME, "failed")));
        });
    add(
        OrbitMetric.PEER_BYTES,
        bytes -> {
          byNode(ConnectionStatistics::bytesOut)
              .forEach((peer, count) -> bytes.record(count, with(PEER, peer, DIRECTION, "out")));
          byNode(ConnectionStatistics::bytesIn)
              .forEach((peer, count) -> bytes.record(count, with(PEER, peer, DIRECTION, "in")));
        });
    each(OrbitMetric.PEER_ACTIVE, ConnectionStatistics::inFlight);
    each(OrbitMetric.PEER_LIMIT, ConnectionStatistics::limit);
    each(OrbitMetric.PEER_QUEUED, ConnectionStatistics::queued);
    each(OrbitMetric.PEER_QUEUED_BYTES, ConnectionStatistics::queuedBytes);
    add(OrbitMetric.PEER_LATENCY, this::latencies);
  }

  private void each(OrbitMetric metric, ToLongFunction<ConnectionStatistics> of) {
    add(
        metric,
        reading -> byNode(of).forEach((peer, value) -> reading.record(value, with(PEER, peer))));
  }

  private Map<String, Long> byNode(ToLongFunction<ConnectionStatistics> of) {
    Map<String, Long> sums = new TreeMap<>();
    for (PeerStatus peer : transport.peers()) {
      sums.merge(name(peer.node()), of.applyAsLong(peer.statistics()), Long::sum);
    }
    return sums;
  }

  /** The greatest among a node's connections: means of means would hide the one that is slow. */
  private void latencies(ObservableLongMeasurement reading) {
    Map<String, Long> greatest = new TreeMap<>();
    for (PeerStatus peer : transport.peers()) {
      long micros = peer.statistics().latency().toNanos() / NANOS_PER_MICRO;
      greatest.merge(name(peer.node()), micros, Math::max);
    }
    greatest.forEach((peer, micros) -> reading.record(micros, with(PEER, peer)));
  }

  private static String name(NodeId node) {
    return node.key();
  }

  private void payloads() {
    add(
        OrbitMetric.PAYLOAD_BYTES,
        bytes -> {
          TransportCounts counts = transport.counts();
          bytes.record(counts.payloadsOut().copiedBytes(), with(DIRECTION, "out", FORM, "copied"));
          bytes.record(counts.payloadsOut().savedBytes(), with(DIRECTION, "out", FORM, "saved"));
          bytes.record(counts.payloadsIn().copiedBytes(), with(DIRECTION, "in", FORM, "copied"));
          bytes.record(counts.payloadsIn().savedBytes(), with(DIRECTION, "in", FORM, "saved"));
        });
  }

  private void compression() {
    add(
        OrbitMetric.COMPRESSION_BYTES,
        bytes -> {
          TransportCounts counts = transport.counts();
          bytes.record(counts.out().plainBytes(), with(DIRECTION, "out", FORM, "plain"));
          bytes.record(counts.out().wireBytes(), with(DIRECTION, "out", FORM, "wire"));
          bytes.record(counts.in().plainBytes(), with(DIRECTION, "in", FORM, "plain"));
          bytes.record(counts.in().wireBytes(), with(DIRECTION, "in", FORM, "wire"));
        });
    add(
        OrbitMetric.COMPRESSION_FRAMES,
        frames -> {
          TransportCounts.Compression out = transport.counts().out();
          frames.record(out.frames(), with(OUTCOME, "compressed"));
          frames.record(out.useless(), with(OUTCOME, "useless"));
          frames.record(out.skipped(), with(OUTCOME, "skipped"));
        });
    add(
        OrbitMetric.COMPRESSION_TIME,
        time -> {
          TransportCounts counts = transport.counts();
          time.record(counts.out().time().toNanos() / NANOS_PER_MICRO, with(DIRECTION, "out"));
          time.record(counts.in().time().toNanos() / NANOS_PER_MICRO, with(DIRECTION, "in"));
        });
  }
}
