package dev.orbit.transport.internal;

import dev.orbit.proto.Content;
import dev.orbit.proto.Content.TransferStep;
import dev.orbit.transport.BulkConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Large payloads that come in parts over one stream, and are kept until the message comes that they
 * belong to. Who promises much and sends little gets little memory: the array is made when an
 * eighth of the payload has arrived, until when the parts are kept as they came. Thread-safe.
 */
final class TransferStore {
  /** What is smaller goes in a message. */
  private static final int LEAST_BYTES = 512;

  /** An array is never more than so many times as large as what has arrived. */
  private static final int GROWTH = 8;

  /**
   * More parts than this are not kept as they came: tiny ones would take many times their bytes.
   */
  private static final int MOST_KEPT = 256;

  private static final byte[] NOTHING = {};

  private static final class Assembly {
    final int total;
    final List<byte[]> first = new ArrayList<>();
    byte[] bytes = NOTHING;
    int filled;
    int parts;

    Assembly(int total) {
      this.total = total;
    }

    /** Tells how many bytes were copied. */
    long add(byte[] part) {
      long copied = 0;
      int needed = filled + part.length;
      if (needed > bytes.length) {
        long room = (long) GROWTH * needed;
        if (bytes.length == 0 && room < total && first.size() < MOST_KEPT) {
          first.add(part);
          filled = needed;
          parts++;
          return 0;
        }
        copied = makeRoom((int) Math.min(total, room));
      }
      System.arraycopy(part, 0, bytes, filled, part.length);
      filled = needed;
      parts++;
      return copied + part.length;
    }

    private int makeRoom(int size) {
      byte[] larger = Arrays.copyOf(bytes, size);
      int at = bytes.length == 0 ? 0 : filled;
      for (byte[] part : first) {
        System.arraycopy(part, 0, larger, at, part.length);
        at += part.length;
      }
      first.clear();
      bytes = larger;
      return filled;
    }

    long memory() {
      return bytes.length + first.stream().mapToLong(part -> part.length).sum();
    }
  }

  private final BulkConfig config;
  private final Copies copies;
  private final Map<Long, Assembly> assemblies = new HashMap<>();
  private final Map<Long, byte[]> kept = new HashMap<>();

  /** What was promised of those that are here. */
  private long used;

  TransferStore(BulkConfig config, Copies copies) {
    this.config = config;
    this.copies = copies;
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
    copies.copied(assembly.add(part));
    if (!chunk.last()) {
      return null;
    }
    assemblies.remove(chunk.transferId());
    kept.put(chunk.transferId(), assembly.bytes);
    return TransferStep.KEPT;
  }

  /** Takes a payload out; null if it is not there. */
  synchronized byte @Nullable [] claim(long id) {
    byte[] payload = remove(id);
    if (payload != null) {
      copies.saved(payload.length);
    }
    return payload;
  }

  private byte @Nullable [] remove(long id) {
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
    return remove(id) != null;
  }

  /** How many bytes are promised or there. */
  synchronized long usedBytes() {
    return used;
  }

  /** How many bytes the arrays of what is not complete have. */
  synchronized long assemblingBytes() {
    return assemblies.values().stream().mapToLong(Assembly::memory).sum();
  }
}
