package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives entries to members that ask for them, in chunks. A list is made when the first chunk is
 * asked for, and dropped when the last was, or nobody asks for a while. Thread-safe.
 */
final class Shipments {
  /** Entries in one message; about 100 bytes each. */
  static final int CHUNK = 1_000;

  private static final int IDLE_TICKS = 600;
  private static final int MOST_OPEN = 1_000;

  private final Surroundings around;
  private final Seat[] seats;
  private final Map<Key, Shipment> open = new LinkedHashMap<>();

  private record Key(MemberId asker, long transfer) {}

  private static final class Shipment {
    final List<Content.Entry> entries;
    final List<Integer> unavailable;
    int ticks;

    Shipment(List<Content.Entry> entries, List<Integer> unavailable) {
      this.entries = entries;
      this.unavailable = unavailable;
    }
  }

  Shipments(Surroundings around, Seat[] seats) {
    this.around = around;
    this.seats = seats;
  }

  Content answer(Content.EntriesRequest request, long viewVersion) {
    if (request.partitions().stream().anyMatch(p -> p >= seats.length)) {
      return new Content.EntriesRefused();
    }
    Key key = new Key(request.asker(), request.transfer());
    if (request.chunk() == Content.EntriesRequest.RECEIVED) {
      synchronized (this) {
        open.remove(key);
      }
      // Also who has asked everybody asks nobody for the former tenure any more.
      if (request.kind() != Content.EntriesKind.AUDIT) {
        request.partitions().forEach(p -> seat(p).forgetFormer(request.asker(), viewVersion));
      }
      return new Content.EntriesResponse(List.of(), true, List.of());
    }
    Shipment present;
    synchronized (this) {
      present = open.get(key);
    }
    if (present == null) {
      if (request.chunk() != 0) {
        return new Content.EntriesRefused();
      }
      present = load(request, viewVersion);
      keep(key, present);
    }
    present.ticks = 0;
    int from = (int) Math.min((long) request.chunk() * CHUNK, present.entries.size());
    int to = Math.min(from + CHUNK, present.entries.size());
    return new Content.EntriesResponse(
        present.entries.subList(from, to), to == present.entries.size(), present.unavailable);
  }

  private synchronized void keep(Key key, Shipment shipment) {
    open.put(key, shipment);
    if (open.size() > MOST_OPEN) {
      Iterator<Key> oldest = open.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private Seat seat(int partition) {
    return seats[partition];
  }

  private Shipment load(Content.EntriesRequest request, long viewVersion) {
    List<Content.Entry> entries = new ArrayList<>();
    List<Integer> unavailable = new ArrayList<>(0);
    BitSet asked = new BitSet(seats.length);
    switch (request.kind()) {
      case HOSTED -> request.partitions().forEach(asked::set);
      case AUDIT -> {
        for (int partition : request.partitions()) {
          asked.set(partition);
          Seat seat = seat(partition);
          if (seat.serves()) {
            seat.forEachElsewhere((address, entry) -> entries.add(entry.onWire(address)));
          } else {
            unavailable.add(partition);
          }
        }
      }
      case HAND_OVER -> {
        for (int partition : request.partitions()) {
          Tenure former = seat(partition).formerUntil(viewVersion);
          if (former == null) {
            unavailable.add(partition);
          } else {
            asked.set(partition);
            former.elsewhere.forEach((address, entry) -> entries.add(entry.onWire(address)));
          }
        }
      }
    }
    if (asked.isEmpty()) {
      return new Shipment(entries, unavailable);
    }
    around
        .host()
        .forEach(
            (address, grant) -> {
              if (asked.get(grant.partition())) {
                entries.add(hosted(address, grant));
              }
            });
    return new Shipment(entries, unavailable);
  }

  private Content.Entry hosted(AddressableReference address, Grant grant) {
    return new Content.Entry(address, around.self(), grant.activation(), grant.fence());
  }

  synchronized void apply(ClusterView view) {
    open.keySet().removeIf(key -> !view.contains(key.asker()));
  }

  /** Drops what nobody asks for any more; whether something is left. */
  synchronized boolean tick() {
    open.values().removeIf(shipment -> ++shipment.ticks > IDLE_TICKS);
    return !open.isEmpty();
  }

  synchronized void end() {
    open.clear();
  }
}
