package dev.orbit.transport.internal;

import dev.orbit.proto.Content;
import dev.orbit.proto.Content.TransferStep;
import dev.orbit.transport.BulkConfig;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Large payloads that come in parts over one stream, and are kept until the message comes that they
 * belong to. Who promises much and sends little gets little memory: an array is never more than
 * eight times what has arrived. Thread-safe.
 */
final class TransferStore {
  /** What is smaller goes in a message. */
  private static final int LEAST_BYTES = 512;

  private static final int FIRST_BYTES = 128 * 1024;
  private static final int GROWTH = 8;
  private static final byte[] NOTHING = {};

  private static final class Assembly {
    final int total;
    byte[] bytes = NOTHING;
    int filled;
    int parts;

    Assembly(int total) {
      this.total = total;
    }

    void add(byte[] part) {
      int needed = filled + part.length;
      if (needed > bytes.length) {
        long room = Math.max(FIRST_BYTES, (long) GROWTH * needed);
        bytes = Arrays.copyOf(bytes, (int) Math.min(total, room));
      }
      System.arraycopy(part, 0, bytes, filled, part.length);
      filled = needed;
      parts++;
    }
  }

  private final BulkConfig config;
  private final Map<Long, Assembly> assemblies = new HashMap<>();
  private final Map<Long, byte[]> kept = new HashMap<>();

  /** What was promised of those that are here. */
  private long used;

  TransferStore(BulkConfig config) {
    this.config = config;
  }

  /**
   * Takes a part.
   *
   * @return what the other end is to be told; null for nothing
   */
  synchronized @Nullable TransferStep part(Content.Chunk chunk, byte[] part) {
    Assembly assembly = assemblies.get(chunk.transferId());
    if (assembly == null) {
      if (chunk.sequence() != 0) {
        // Of one that was refused or dropped.
        return null;
      }
      long total = chunk.totalBytes();
      if (total < LEAST_BYTES
          || total > config.maxBytes()
          || used + total > config.windowBytes()
          || kept.containsKey(chunk.transferId())) {
        return TransferStep.REFUSED;
      }
      used += total;
      assembly = new Assembly((int) total);
      assemblies.put(chunk.transferId(), assembly);
    }
    if (chunk.sequence() != assembly.parts
        || part.length > assembly.total - assembly.filled
        || chunk.last() != (assembly.filled + part.length == assembly.total)) {
      assemblies.remove(chunk.transferId());
      used -= assembly.total;
      return TransferStep.REFUSED;
    }
    assembly.add(part);
    if (!chunk.last()) {
      return null;
    }
    assemblies.remove(chunk.transferId());
    kept.put(chunk.transferId(), assembly.bytes);
    return TransferStep.KEPT;
  }

  /** Takes a payload out; null if it is not there. */
  synchronized byte @Nullable [] claim(long id) {
    byte[] payload = kept.remove(id);
    if (payload != null) {
      used -= payload.length;
    }
    return payload;
  }

  /** The other end needs it no more; false if it is not there. */
  synchronized boolean drop(long id) {
    Assembly assembly = assemblies.remove(id);
    if (assembly != null) {
      used -= assembly.total;
      return true;
    }
    return claim(id) != null;
  }

  /** How many bytes are promised or there. */
  synchronized long usedBytes() {
    return used;
  }

  /** How many bytes the arrays of what is not complete have. */
  synchronized long assemblingBytes() {
    return assemblies.values().stream().mapToLong(assembly -> assembly.bytes.length).sum();
  }
}
