package dev.orbit.runtime.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.orbit.client.internal.call.TypeTimeouts;
import dev.orbit.runtime.internal.registration.TypeOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads tags, and what is set for single actor types. */
final class TypeReader {
  private static final Set<String> KEYS =
      Set.of(
          "requires",
          "prefers",
          "placement",
          "idle-after",
          "mailbox-capacity",
          "call-timeout",
          "method-timeouts");

  private static final String PAIRS = "name=value, several of them separated by commas";
  private static final int MOST_TAGS = 100;
  private static final int MOST_WAITING = 1_000_000;
  private static final Duration SHORTEST_IDLE = Duration.ofMillis(10);
  private static final Duration LONGEST_IDLE = Duration.ofDays(30);
  private static final Duration SHORTEST_CALL = Duration.ofMillis(1);
  private static final Duration LONGEST_CALL = Duration.ofHours(1);

  private TypeReader() {}

  /** Tags, as an object or as text. */
  static Map<String, String> tags(ConfigValue value, String key) {
    Map<String, String> tags = new TreeMap<>();
    if (value.valueType() == ConfigValueType.OBJECT) {
      ((ConfigObject) value).forEach((name, tag) -> tags.put(name, "" + tag.unwrapped()));
    } else {
      for (String part : String.valueOf(value.unwrapped()).split(",", -1)) {
        if (part.isBlank()) {
          continue;
        }
        int equals = part.indexOf('=');
        if (equals < 1) {
          throw bad(key, part, PAIRS);
        }
        tags.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
      }
    }
    if (tags.size() > MOST_TAGS) {
      throw bad(key, tags.size() + " tags", "at most " + MOST_TAGS);
    }
    return tags;
  }

  /** What is set by actor type. */
  static Map<String, TypeOptions> types(ConfigObject types) {
    Map<String, TypeOptions> options = new HashMap<>();
    for (Map.Entry<String, ConfigValue> entry : types.entrySet()) {
      String key = "types." + ConfigUtil.quoteString(entry.getKey());
      if (!(entry.getValue() instanceof ConfigObject object)) {
        throw bad(key, entry.getValue().unwrapped(), "an object with some of " + KEYS);
      }
      for (String name : object.keySet()) {
        if (!KEYS.contains(name)) {
          throw bad(key, name, "the keys " + KEYS);
        }
      }
      options.put(entry.getKey(), options(object.toConfig(), key));
    }
    return options;
  }

  private static TypeOptions options(Config config, String key) {
    return new TypeOptions(
        tagsOf(config, "requires", key),
        tagsOf(config, "prefers", key),
        config.hasPath("placement")
            ? Optional.of("" + config.getValue("placement").unwrapped())
            : Optional.empty(),
        duration(config, "idle-after", key, SHORTEST_IDLE, LONGEST_IDLE),
        capacity(config, key),
        new TypeTimeouts(
            duration(config, "call-timeout", key, SHORTEST_CALL, LONGEST_CALL),
            methodTimeouts(config, key)));
  }

  private static Optional<Map<String, String>> tagsOf(Config config, String name, String key) {
    return config.hasPath(name)
        ? Optional.of(tags(config.getValue(name), key + "." + name))
        : Optional.empty();
  }

  private static Map<String, Duration> methodTimeouts(Config config, String key) {
    if (!config.hasPath("method-timeouts")) {
      return Map.of();
    }
    if (!(config.getValue("method-timeouts") instanceof ConfigObject methods)) {
      throw bad(
          key + ".method-timeouts",
          config.getValue("method-timeouts").unwrapped(),
          "an object of methods with their durations");
    }
    Map<String, Duration> timeouts = new HashMap<>();
    for (String method : methods.keySet()) {
      String path = ConfigUtil.quoteString(method);
      duration(methods.toConfig(), path, key + ".method-timeouts", SHORTEST_CALL, LONGEST_CALL)
          .ifPresent(timeout -> timeouts.put(method, timeout));
    }
    return timeouts;
  }

  private static Optional<Integer> capacity(Config config, String key) {
    if (!config.hasPath("mailbox-capacity")) {
      return Optional.empty();
    }
    Object value = config.getValue("mailbox-capacity").unwrapped();
    String range = "1 to " + MOST_WAITING;
    try {
      long capacity = config.getLong("mailbox-capacity");
      if (capacity >= 1 && capacity <= MOST_WAITING) {
        return Optional.of((int) capacity);
      }
    } catch (ConfigException e) {
      throw bad(key + ".mailbox-capacity", value, range);
    }
    throw bad(key + ".mailbox-capacity", value, range);
  }

  private static Optional<Duration> duration(
      Config config, String path, String key, Duration least, Duration most) {
    if (!config.hasPath(path)) {
      return Optional.empty();
    }
    String range = "%s to %s, as 500ms, 6s or 10m".formatted(least, most);
    Duration value;
    try {
      value = config.getDuration(path);
    } catch (ConfigException e) {
      throw bad(key + "." + path, config.getValue(path).unwrapped(), range);
    }
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw bad(key + "." + path, value, range);
    }
    return Optional.of(value);
  }

  private static RuntimeException bad(String key, Object value, String allowed) {
    return SettingsReader.bad(key.replaceFirst("^orbit\\.", ""), value, allowed);
  }
}
