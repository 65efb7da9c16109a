package dev.orbit.raft.internal.cluster;

import com.google.protobuf.ByteString;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * The last command of each client; the client longest silent is forgotten first. Not thread-safe.
 */
final class ClientTable {
  private final int capacity;
  private final LinkedHashMap<ByteString, ClusterState.Remembered> byClient = new LinkedHashMap<>();

  ClientTable(int capacity) {
    this.capacity = capacity;
  }

  Optional<ClusterState.Remembered> get(ByteString client) {
    return Optional.ofNullable(byClient.get(client));
  }

  void put(ClusterState.Remembered last) {
    byClient.remove(last.client());
    byClient.put(last.client(), last);
    if (byClient.size() > capacity) {
      byClient.pollFirstEntry();
    }
  }

  Collection<ClusterState.Remembered> all() {
    return byClient.values();
  }
}
