package dev.orbit.api.cluster;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which member owns which partition. The number of partitions is fixed when a cluster is
 * bootstrapped.
 *
 * <p>Immutable.
 */
public final class PartitionTable {
  /** The number of partitions of a cluster that was given no other. */
  public static final int DEFAULT_PARTITIONS = 1024;

  /** The most partitions a cluster can have: a table travels with each view. */
  public static final int MAX_PARTITIONS = 65_536;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private record KnownType(String name, long hash) {}

  /** One takes the place of another. A lost race costs a computation. */
  private static final @Nullable KnownType[] KNOWN = new @Nullable KnownType[256];

  private final @Nullable MemberId[] owners;

  private PartitionTable(@Nullable MemberId[] owners) {
    this.owners = owners;
  }

  /**
   * A table with the given owners by partition; an empty one is a partition that nobody owns.
   *
   * @throws IllegalArgumentException if there are no partitions or more than {@value
   *     #MAX_PARTITIONS}
   */
  public static PartitionTable of(List<Optional<MemberId>> owners) {
    if (owners.isEmpty() || owners.size() > MAX_PARTITIONS) {
      throw new IllegalArgumentException(
          "a table of %d partitions; allowed are 1 to %d".formatted(owners.size(), MAX_PARTITIONS));
    }
    @Nullable MemberId[] copy = new @Nullable MemberId[owners.size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = owners.get(i).orElse(null);
    }
    return new PartitionTable(copy);
  }

  /** A table of {@code partitions} partitions that nobody owns. */
  public static PartitionTable unowned(int partitions) {
    return of(Collections.nCopies(partitions, Optional.empty()));
  }

  /** The number of partitions. */
  public int size() {
    return owners.length;
  }

  /** The owner of a partition; empty when no member can own it. */
  public Optional<MemberId> owner(int partition) {
    return Optional.ofNullable(owners[partition]);
  }

  /** The owner of the partition that {@code reference} falls into, as {@link #owner(int)}. */
  public Optional<MemberId> owner(AddressableReference reference) {
    return owner(partitionOf(reference));
  }

  /** Whether {@code member} owns {@code partition}. */
  public boolean isOwner(MemberId member, int partition) {
    return member.equals(owners[partition]);
  }

  /** The owners in the order of the partitions. */
  public List<Optional<MemberId>> owners() {
    List<Optional<MemberId>> list = new ArrayList<>(owners.length);
    for (MemberId owner : owners) {
      list.add(Optional.ofNullable(owner));
    }
    return List.copyOf(list);
  }

  /** The partition that {@code reference} falls into. The same on every node and for all time. */
  public int partitionOf(AddressableReference reference) {
    return (int) Long.remainderUnsigned(hash(reference), owners.length);
  }

  /**
   * FNV-1a over the type, a separator, the kind of key and the key, finished with the mix of
   * SplitMix64, because FNV alone leaves the low bits of short keys poorly spread.
   */
  private static long hash(AddressableReference reference) {
    long hash = type(reference.type());
    hash =
        switch (reference.key()) {
          case Key.StringKey(String value) -> characters(step(hash, 1), value);
          case Key.Int32Key(int value) -> integer(step(hash, 2), value);
          case Key.Int64Key(long value) -> integer(step(hash, 3), value);
          case Key.NoKey() -> step(hash, 4);
        };
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }

  /** What a type comes to, which is asked with every call and is the same for many actors. */
  private static long type(String name) {
    int place = name.hashCode() & (KNOWN.length - 1);
    KnownType known = KNOWN[place];
    if (known != null && known.name.equals(name)) {
      return known.hash;
    }
    long hash = characters(FNV_OFFSET, name);
    KNOWN[place] = new KnownType(name, hash);
    return hash;
  }

  private static long characters(long hash, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      hash = step(step(hash, c & 0xff), c >>> 8);
    }
    return step(hash, 0xff);
  }

  private static long integer(long hash, long value) {
    for (int shift = 0; shift < 64; shift += 8) {
      hash = step(hash, (int) (value >>> shift) & 0xff);
    }
    return hash;
  }

  private static long step(long hash, int octet) {
    return (hash ^ octet) * FNV_PRIME;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PartitionTable table && Arrays.equals(owners, table.owners);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(owners);
  }

  @Override
  public String toString() {
    return "PartitionTable[" + owners.length + "]";
  }
}
