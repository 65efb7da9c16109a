package dev.orbit.transport.internal.compression;

import com.github.luben.zstd.util.Native;
import dev.orbit.transport.CompressionConfig;
import dev.orbit.transport.CompressionConfig.Algorithm;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The codecs of one event loop, made when they are first needed. Not thread-safe. */
public final class FrameCodecs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FrameCodecs.class);

  /** What this process can inflate, by its numbers on the wire. */
  private static final List<Integer> TAKEN = taken();

  private final CompressionConfig config;
  private final Map<Algorithm, FrameCodec> made = new EnumMap<>(Algorithm.class);

  /** Codecs of which the one that is configured has its level. */
  public FrameCodecs(CompressionConfig config) {
    this.config = config;
  }

  private static List<Integer> taken() {
    List<Integer> numbers = new ArrayList<>();
    for (Algorithm algorithm : Algorithm.values()) {
      if (algorithm != Algorithm.NONE && (algorithm != Algorithm.ZSTD || hasZstd())) {
        numbers.add(algorithm.number());
      }
    }
    return List.copyOf(numbers);
  }

  /** Its native part is not there on every platform. */
  private static boolean hasZstd() {
    try {
      Native.load();
      return true;
    } catch (UnsatisfiedLinkError | ExceptionInInitializerError e) {
      log.warn("event=no-zstd reason={}", e.toString());
      return false;
    }
  }

  /** What this process can inflate, by its numbers on the wire. */
  public static List<Integer> takenNumbers() {
    return TAKEN;
  }

  /** Whether this process has it. */
  public static boolean has(Algorithm algorithm) {
    return TAKEN.contains(algorithm.number());
  }

  /** The codec of that number; null where there is none. */
  public @Nullable FrameCodec of(int number) {
    for (Algorithm algorithm : Algorithm.values()) {
      if (algorithm.number() == number && has(algorithm)) {
        return made.computeIfAbsent(algorithm, this::make);
      }
    }
    return null;
  }

  private FrameCodec make(Algorithm algorithm) {
    int level = algorithm == config.algorithm() ? config.level() : 1;
    return switch (algorithm) {
      case GZIP -> new GzipFrames(level);
      case ZSTD -> new ZstdFrames(level);
      case LZ4 -> new Lz4Frames();
      case NONE -> throw new IllegalArgumentException("none is no codec");
    };
  }

  @Override
  public void close() {
    made.values().forEach(FrameCodec::close);
    made.clear();
  }
}
