package dev.orbit.runtime.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.runtime.internal.hosting.Rebalancing;
import dev.orbit.runtime.state.PostgresConfig;
import dev.orbit.transport.balancing.Balancing;
import dev.orbit.transport.limits.CallLimits;
import dev.orbit.transport.limits.Rate;
import dev.orbit.transport.security.AccessPolicy;
import dev.orbit.transport.security.IdentityScheme;
import dev.orbit.transport.security.TlsConfig;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a node's settings from all their sources. */
public final class SettingsReader {
  private static final String ROOT = "orbit.";
  private static final int MOST_ACTIVATIONS = 100_000_000;

  /** Room for those that come while others leave. */
  private static final double DEFAULT_TARGET = 0.9;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  private final Config config;

  private SettingsReader(Config config) {
    this.config = config;
  }

  /**
   * Reads the settings.
   *
   * @param overrides what the builder was told, by key without the leading {@code orbit.}
   * @param properties the system properties
   * @param environment looks an environment variable up, null for none
   * @throws ConfigurationException if a value is missing, cannot be read or is out of its range
   */
  public static NodeSettings read(
      Map<String, Object> overrides,
      Properties properties,
      Function<String, @Nullable String> environment) {
    try {
      Config defaults =
          ConfigFactory.parseResources(
              SettingsReader.class.getClassLoader(),
              "reference.conf",
              ConfigParseOptions.defaults().setAllowMissing(false));
      Config config =
          layer("the builder", prefixed(overrides))
              .withFallback(layer("system properties", relevant(properties, defaults)))
              .withFallback(layer("environment variables", variables(environment, defaults)))
              .withFallback(ConfigFactory.parseResourcesAnySyntax("orbit"))
              .withFallback(defaults)
              .resolve();
      return new SettingsReader(config).settings();
    } catch (ConfigException e) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION, "the configuration cannot be read: " + e.getMessage(), e);
    }
  }

  private static Config layer(String origin, Map<String, Object> values) {
    return ConfigFactory.parseMap(values, origin);
  }

  private static Map<String, Object> prefixed(Map<String, Object> overrides) {
    Map<String, Object> values = new HashMap<>();
    // The names within an object may hold dots, which are no paths.
    overrides.forEach(
        (key, value) ->
            values.put(ROOT + key, ConfigValueFactory.fromAnyRef(value, "the builder")));
    return values;
  }

  /** Only known keys, so that a property that merely begins with the same letters does no harm. */
  private static Map<String, Object> relevant(Properties properties, Config defaults) {
    Map<String, Object> values = new HashMap<>();
    for (String key : keys(defaults)) {
      String value = properties.getProperty(key);
      if (value != null) {
        values.put(key, value);
      }
    }
    return values;
  }

  private static Map<String, Object> variables(
      Function<String, @Nullable String> environment, Config defaults) {
    Map<String, Object> values = new HashMap<>();
    for (String key : keys(defaults)) {
      String value =
          environment.apply(key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
      if (value != null) {
        values.put(key, value);
      }
    }
    return values;
  }

  private static List<String> keys(Config defaults) {
    return defaults.getObject("orbit").keySet().stream().map(key -> ROOT + key).toList();
  }

  private NodeSettings settings() {
    NodeId node = new NodeId(name("name"), name("cluster"));
    Map<String, Endpoint> voters = voters();
    Optional<Path> data = path("data-directory");
    return new NodeSettings(
        node,
        endpoint("listen", text("listen")),
        raftListen(node, voters),
        voters,
        data,
        flag("replace-voter"),
        stateLocation(data),
        new NodeSettings.Hosting(
            integer("partitions", 1, PartitionTable.MAX_PARTITIONS),
            integer("mailbox-capacity", 1, 1_000_000),
            integer("max-activations", 1, MOST_ACTIVATIONS),
            targetActivations(),
            integer("waiting-capacity", 1, 10_000_000),
            integer("waiting-for-room", 0, 1_000_000),
            share("memory-high-water")),
        new NodeSettings.Timing(
            duration("lease-duration", Duration.ofSeconds(1), Duration.ofMinutes(5)),
            duration("call-timeout", Duration.ofMillis(1), Duration.ofHours(1)),
            duration("long-turn-threshold", Duration.ofMillis(10), Duration.ofHours(1)),
            duration("idle-after", Duration.ofMillis(10), Duration.ofDays(30)),
            duration("join-timeout", Duration.ofSeconds(1), Duration.ofHours(1)),
            duration("drain-timeout", Duration.ZERO, Duration.ofHours(1))),
        new NodeSettings.Placing(
            TypeReader.tags(config.getValue(ROOT + "tags"), ROOT + "tags"),
            TypeReader.types(config.getObject(ROOT + "types")),
            new NodeSettings.Choice(
                Balancing.named(text("balancing")),
                duration("hedge-after", Duration.ZERO, Duration.ofMinutes(1))),
            new Rebalancing.Pacing(
                integer("rebalance-per-second", 0, 100_000),
                duration("rebalance-after", Duration.ZERO, Duration.ofHours(1)))),
        security(),
        TransportReader.read(
            text("transport"),
            texts("transport-settings"),
            duration("call-timeout", Duration.ofMillis(1), Duration.ofHours(1))));
  }

  private int targetActivations() {
    int target = integer("target-activations", 0, MOST_ACTIVATIONS);
    int most = integer("max-activations", 1, MOST_ACTIVATIONS);
    if (target > most) {
      throw bad("target-activations", target, "0 to max-activations, which is " + most);
    }
    return target > 0 ? target : Math.max(1, (int) (most * DEFAULT_TARGET));
  }

  private double share(String key) {
    double value;
    try {
      value = config.getDouble(ROOT + key);
    } catch (ConfigException e) {
      throw bad(key, config.getValue(ROOT + key).unwrapped(), "0.1 to 1.0");
    }
    if (!(value >= 0.1 && value <= 1.0)) {
      throw bad(key, value, "0.1 to 1.0");
    }
    return value;
  }

  private NodeSettings.Security security() {
    Optional<Path> certificate = path("tls-certificate");
    if (certificate.isEmpty()) {
      for (String key : List.of("tls-private-key", "tls-trust", "tls-trust-domain", "access")) {
        if (!texts(key).isEmpty()) {
          throw bad(
              key, config.getValue(ROOT + key).unwrapped(), "nothing without tls-certificate");
        }
      }
      return new NodeSettings.Security(Optional.empty(), Optional.empty(), limits());
    }
    TlsConfig tls =
        new TlsConfig(
            certificate.get(),
            needed("tls-private-key"),
            needed("tls-trust"),
            new IdentityScheme(text("tls-trust-domain"), text("tls-node-path")),
            choice("tls-clients", TlsConfig.Clients.class),
            duration("tls-reload", Duration.ofMillis(10), Duration.ofHours(1)));
    Map<String, String> access = texts("access");
    return new NodeSettings.Security(
        Optional.of(tls),
        access.isEmpty() ? Optional.empty() : Optional.of(AccessPolicy.of(access)),
        limits());
  }

  private CallLimits limits() {
    Map<String, Rate> perType = new LinkedHashMap<>();
    texts("limit-per-type").forEach((type, rate) -> perType.put(type, Rate.parse(rate)));
    String perClient = text("limit-per-client");
    return new CallLimits(
        perClient.isEmpty() ? Optional.empty() : Optional.of(Rate.parse(perClient)), perType);
  }

  private Path needed(String key) {
    return path(key).orElseThrow(() -> bad(key, "", "a file, as tls-certificate is given"));
  }

  private <E extends Enum<E>> E choice(String key, Class<E> of) {
    for (E value : of.getEnumConstants()) {
      if (value.name().equalsIgnoreCase(text(key).replace('-', '_'))) {
        return value;
      }
    }
    throw bad(key, text(key), List.of(of.getEnumConstants()).toString().toLowerCase(Locale.ROOT));
  }

  /** A map of texts: an object, or one text of {@code name=value} separated by commas. */
  private Map<String, String> texts(String key) {
    ConfigValue value = config.getValue(ROOT + key);
    Map<String, String> texts = new LinkedHashMap<>();
    if (value.valueType() == ConfigValueType.OBJECT) {
      ((ConfigObject) value).forEach((name, text) -> texts.put(name, "" + text.unwrapped()));
      return texts;
    }
    for (String part : String.valueOf(value.unwrapped()).split(",", -1)) {
      int equals = part.indexOf('=');
      if (!part.isBlank()) {
        String name = equals < 1 ? part.strip() : part.substring(0, equals).strip();
        texts.put(name, equals < 1 ? "" : part.substring(equals + 1).strip());
      }
    }
    return texts;
  }

  private NodeSettings.StateLocation stateLocation(Optional<Path> data) {
    Optional<Path> file = path("shared-state-file");
    if (!text("state-url").isEmpty()) {
      if (file.isPresent()) {
        throw bad("shared-state-file", file.get(), "nothing where state-url is set");
      }
      return new NodeSettings.StateLocation.Postgres(postgres());
    }
    return file.or(() -> data.map(SettingsReader::besideOf))
        .<NodeSettings.StateLocation>map(NodeSettings.StateLocation.SharedFile::new)
        .orElseGet(NodeSettings.StateLocation.Memory::new);
  }

  private PostgresConfig postgres() {
    String url = text("state-url");
    if (!url.startsWith("jdbc:postgresql:")) {
      throw bad("state-url", url, "jdbc:postgresql://host:port/database");
    }
    return new PostgresConfig(
        url,
        text("state-user"),
        config.getString(ROOT + "state-password"),
        integer("state-connections", 1, PostgresConfig.MAX_CONNECTIONS),
        duration("state-timeout", Duration.ofMillis(250), Duration.ofMinutes(5)));
  }

  private static Path besideOf(Path data) {
    return data.toAbsolutePath().normalize().resolveSibling("state.db");
  }

  private Optional<Endpoint> raftListen(NodeId node, Map<String, Endpoint> voters) {
    String text = text("raft-listen");
    if (!text.isEmpty()) {
      return Optional.of(endpoint("raft-listen", text));
    }
    return Optional.ofNullable(voters.get(node.key()));
  }

  private Map<String, Endpoint> voters() {
    ConfigValue value = config.getValue(ROOT + "voters");
    Map<String, Endpoint> voters = new LinkedHashMap<>();
    if (value.valueType() == ConfigValueType.OBJECT) {
      ((ConfigObject) value)
          .forEach((name, at) -> voters.put(name, endpoint("voters." + name, "" + at.unwrapped())));
    } else {
      for (String part : String.valueOf(value.unwrapped()).split(",", -1)) {
        if (part.isBlank()) {
          continue;
        }
        int equals = part.indexOf('=');
        if (equals < 1) {
          throw bad("voters", part, "name=host:port, several of them separated by commas");
        }
        voters.put(
            part.substring(0, equals).strip(),
            endpoint("voters", part.substring(equals + 1).strip()));
      }
    }
    if (voters.size() == 2 || voters.size() == 4 || voters.size() > 5) {
      throw bad("voters", voters.keySet(), "1, 3 or 5 voters");
    }
    return voters;
  }

  private String text(String key) {
    return config.getString(ROOT + key).strip();
  }

  private String name(String key) {
    String value = text(key);
    if (!NAME.matcher(value).matches()) {
      throw bad(key, value, "1 to 100 letters, digits, '.', '_' or '-'");
    }
    return value;
  }

  private Optional<Path> path(String key) {
    String value = text(key);
    try {
      return value.isEmpty() ? Optional.empty() : Optional.of(Path.of(value));
    } catch (InvalidPathException e) {
      throw bad(key, value, "a path of the file system");
    }
  }

  private static Endpoint endpoint(String key, String value) {
    try {
      return Endpoint.parse(value);
    } catch (IllegalArgumentException e) {
      throw bad(key, value, "host:port with a port of 0 to 65535");
    }
  }

  private boolean flag(String key) {
    try {
      return config.getBoolean(ROOT + key);
    } catch (ConfigException e) {
      throw bad(key, config.getValue(ROOT + key).unwrapped(), "true or false");
    }
  }

  private int integer(String key, int least, int most) {
    String range = "%d to %d".formatted(least, most);
    long value;
    try {
      value = config.getLong(ROOT + key);
    } catch (ConfigException e) {
      throw bad(key, config.getValue(ROOT + key).unwrapped(), range);
    }
    if (value < least || value > most) {
      throw bad(key, value, range);
    }
    return (int) value;
  }

  private Duration duration(String key, Duration least, Duration most) {
    String range = "%s to %s, as 500ms, 6s or 10m".formatted(least, most);
    Duration value;
    try {
      value = config.getDuration(ROOT + key);
    } catch (ConfigException e) {
      throw bad(key, config.getValue(ROOT + key).unwrapped(), range);
    }
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw bad(key, value, range);
    }
    return value;
  }

  static ConfigurationException bad(String key, Object value, String allowed) {
    return new ConfigurationException(
        ErrorCode.BAD_CONFIGURATION,
        "%s%s is '%s'; allowed: %s".formatted(ROOT, key, value, allowed));
  }
}
