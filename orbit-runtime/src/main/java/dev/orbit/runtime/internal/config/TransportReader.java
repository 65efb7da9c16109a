package dev.orbit.runtime.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import dev.orbit.transport.BatchPreset;
import dev.orbit.transport.BulkConfig;
import dev.orbit.transport.CompressionConfig;
import dev.orbit.transport.CompressionConfig.Algorithm;
import dev.orbit.transport.TransportConfig;
import dev.orbit.transport.TransportPreset;
import dev.orbit.transport.limits.BreakerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads how a node connects: a preset, and what is set differently. */
final class TransportReader {
  /** Takes one setting over from the configuration. */
  private interface Setting {
    void apply(TransportConfig.Builder builder, Config config, String key);
  }

  private static final List<String> COMPRESSION =
      List.of(
          "compression-algorithm",
          "compression-level",
          "compression-min-bytes",
          "compression-max-ratio");

  private static final Map<String, Setting> SETTINGS = settings();

  private TransportReader() {}

  private static Map<String, Setting> settings() {
    Map<String, Setting> all = new TreeMap<>();
    all.put("connect-timeout", (b, c, key) -> b.connectTimeout(c.getDuration(key)));
    all.put("keep-alive-interval", (b, c, key) -> b.keepAliveInterval(c.getDuration(key)));
    all.put("keep-alive-timeout", (b, c, key) -> b.keepAliveTimeout(c.getDuration(key)));
    all.put("tcp-keep-alive", (b, c, key) -> b.tcpKeepAlive(c.getDuration(key)));
    all.put("max-message-bytes", (b, c, key) -> b.maxMessageBytes(bytes(c, key)));
    all.put("initial-backoff", (b, c, key) -> b.initialBackoff(c.getDuration(key)));
    all.put("backoff-multiplier", (b, c, key) -> b.backoffMultiplier(c.getDouble(key)));
    all.put("backoff-jitter", (b, c, key) -> b.backoffJitter(c.getDouble(key)));
    all.put("max-backoff", (b, c, key) -> b.maxBackoff(c.getDuration(key)));
    all.put("max-queued-messages", (b, c, key) -> b.maxQueuedMessages(c.getInt(key)));
    all.put("max-queued-bytes", (b, c, key) -> b.maxQueuedBytes(c.getBytes(key)));
    all.put("max-in-flight", (b, c, key) -> b.maxInFlight(c.getInt(key)));
    all.put("adaptive-in-flight", (b, c, key) -> b.adaptiveInFlight(c.getBoolean(key)));
    // By the order of names before the single values, which change it.
    all.put("batch", (b, c, key) -> b.batching(BatchPreset.named(c.getString(key))));
    all.put("batch-linger", (b, c, key) -> b.batchLinger(c.getDuration(key)));
    all.put("batch-messages", (b, c, key) -> b.batchMessages(c.getInt(key)));
    all.put("batch-bytes", (b, c, key) -> b.batchBytes(bytes(c, key)));
    all.put("flow-control-window", (b, c, key) -> b.flowControlWindow(bytes(c, key)));
    all.put("adaptive-window", (b, c, key) -> b.adaptiveWindow(c.getBoolean(key)));
    all.put("unix-sockets", (b, c, key) -> b.unixSockets(c.getBoolean(key)));
    all.put("eager-loops", (b, c, key) -> b.eagerLoops(c.getBoolean(key)));
    all.put("max-connections", (b, c, key) -> b.maxConnections(c.getInt(key)));
    all.put("idle-timeout", (b, c, key) -> b.idleTimeout(c.getDuration(key)));
    all.put("warm-connections", (b, c, key) -> b.warmConnections(c.getInt(key)));
    all.put("max-age", (b, c, key) -> b.maxAge(c.getDuration(key)));
    all.put("sweep-interval", (b, c, key) -> b.sweepInterval(c.getDuration(key)));
    all.put("retry-attempts", (b, c, key) -> b.retryAttempts(c.getInt(key)));
    all.put("max-silence", (b, c, key) -> b.maxSilence(c.getDuration(key)));
    // Read together, because the range of one depends on another.
    COMPRESSION.forEach(name -> all.put(name, (b, c, key) -> {}));
    all.put("bulk-threshold-bytes", (b, c, key) -> b.bulk(bulk(b, c, key)));
    all.put("bulk-part-bytes", (b, c, key) -> b.bulk(bulk(b, c, key)));
    all.put("bulk-max-bytes", (b, c, key) -> b.bulk(bulk(b, c, key)));
    all.put("bulk-window-bytes", (b, c, key) -> b.bulk(bulk(b, c, key)));
    all.put("breaker-window", (b, c, key) -> b.breaker(breaker(b, c, key)));
    all.put("breaker-failures", (b, c, key) -> b.breaker(breaker(b, c, key)));
    all.put("breaker-pause", (b, c, key) -> b.breaker(breaker(b, c, key)));
    all.put("breaker-trials", (b, c, key) -> b.breaker(breaker(b, c, key)));
    return all;
  }

  private static int bytes(Config config, String key) {
    // Out of range is told by the builder, which knows the range.
    return (int) Math.min(Integer.MAX_VALUE, config.getBytes(key));
  }

  private static BulkConfig bulk(TransportConfig.Builder builder, Config config, String key) {
    BulkConfig before = builder.bulk();
    return switch (key) {
      case "bulk-threshold-bytes" ->
          new BulkConfig(
              bytes(config, key), before.partBytes(), before.maxBytes(), before.windowBytes());
      case "bulk-part-bytes" ->
          new BulkConfig(
              before.thresholdBytes(), bytes(config, key), before.maxBytes(), before.windowBytes());
      case "bulk-max-bytes" ->
          // A larger maximum takes a larger window along.
          new BulkConfig(
              before.thresholdBytes(),
              before.partBytes(),
              bytes(config, key),
              Math.max(before.windowBytes(), bytes(config, key)));
      default ->
          new BulkConfig(
              before.thresholdBytes(), before.partBytes(), before.maxBytes(), config.getBytes(key));
    };
  }

  private static BreakerConfig breaker(TransportConfig.Builder builder, Config config, String key) {
    BreakerConfig before = builder.breaker();
    return switch (key) {
      case "breaker-window" ->
          new BreakerConfig(config.getInt(key), before.failures(), before.pause(), before.trials());
      case "breaker-failures" ->
          new BreakerConfig(
              before.window(), config.getDouble(key), before.pause(), before.trials());
      case "breaker-pause" ->
          new BreakerConfig(
              before.window(), before.failures(), config.getDuration(key), before.trials());
      default ->
          new BreakerConfig(before.window(), before.failures(), before.pause(), config.getInt(key));
    };
  }

  private static CompressionConfig compression(Config config) {
    CompressionConfig off = CompressionConfig.OFF;
    String key = COMPRESSION.getFirst();
    try {
      Algorithm algorithm =
          config.hasPath(key) ? algorithm(config.getString(key)) : off.algorithm();
      key = "compression-level";
      int level = config.hasPath(key) ? config.getInt(key) : off.level();
      key = "compression-min-bytes";
      int least = config.hasPath(key) ? bytes(config, key) : off.minBytes();
      key = "compression-max-ratio";
      double ratio = config.hasPath(key) ? config.getDouble(key) : off.maxRatio();
      return new CompressionConfig(algorithm, level, least, ratio);
    } catch (ConfigException e) {
      throw SettingsReader.bad("transport-settings." + key, config.getString(key), "a number");
    }
  }

  private static Algorithm algorithm(String name) {
    for (Algorithm known : Algorithm.values()) {
      if (known.name().equalsIgnoreCase(name.strip())) {
        return known;
      }
    }
    throw SettingsReader.bad(
        "transport-settings.compression-algorithm", name, "none, gzip, zstd or lz4");
  }

  /**
   * Reads the settings.
   *
   * @param preset the name of the preset
   * @param texts what is set differently, by key
   * @param call how long what has no deadline of its own may take
   */
  static TransportConfig read(String preset, Map<String, String> texts, Duration call) {
    TransportConfig.Builder builder =
        TransportConfig.builder(TransportPreset.named(preset).config()).requestTimeout(call);
    Config config = ConfigValueFactory.fromMap(texts).toConfig();
    for (String key : new TreeSet<>(texts.keySet())) {
      Setting setting = SETTINGS.get(key);
      if (setting == null) {
        throw SettingsReader.bad("transport-settings", key, String.join(", ", SETTINGS.keySet()));
      }
      try {
        setting.apply(builder, config, key);
      } catch (ConfigException e) {
        throw SettingsReader.bad(
            "transport-settings." + key,
            String.valueOf(texts.get(key)),
            "a value as docs/operate/connections.md has it");
      }
    }
    return builder.compression(compression(config)).build();
  }
}
