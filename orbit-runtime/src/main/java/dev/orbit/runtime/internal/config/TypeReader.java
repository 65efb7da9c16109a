package dev.orbit.runtime.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.orbit.runtime.internal.registration.TypeOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads tags, and what is set for single actor types. */
final class TypeReader {
  private static final Set<String> KEYS = Set.of("requires", "prefers", "idle-after");

  private static final String PAIRS = "name=value, several of them separated by commas";
  private static final int MOST_TAGS = 100;
  private static final Duration LONGEST_IDLE = Duration.ofDays(30);

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
        tagsOf(config, "requires", key), tagsOf(config, "prefers", key), idleAfter(config, key));
  }

  private static Optional<Map<String, String>> tagsOf(Config config, String name, String key) {
    return config.hasPath(name)
        ? Optional.of(tags(config.getValue(name), key + "." + name))
        : Optional.empty();
  }

  private static Optional<Duration> idleAfter(Config config, String key) {
    if (!config.hasPath("idle-after")) {
      return Optional.empty();
    }
    String range = "PT0.01S to %s, as 500ms, 6s or 10m".formatted(LONGEST_IDLE);
    Duration idle;
    try {
      idle = config.getDuration("idle-after");
    } catch (ConfigException e) {
      throw bad(key + ".idle-after", config.getValue("idle-after").unwrapped(), range);
    }
    if (idle.compareTo(Duration.ofMillis(10)) < 0 || idle.compareTo(LONGEST_IDLE) > 0) {
      throw bad(key + ".idle-after", idle, range);
    }
    return Optional.of(idle);
  }

  private static RuntimeException bad(String key, Object value, String allowed) {
    return SettingsReader.bad(key.replaceFirst("^orbit\\.", ""), value, allowed);
  }
}
