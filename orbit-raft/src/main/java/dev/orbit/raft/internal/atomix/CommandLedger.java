package dev.orbit.raft.internal.atomix;

import dev.orbit.proto.raft.ClientProgressProto;
import dev.orbit.proto.raft.CommandProto;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Knows which commands have been applied, so that one that was sent again is not applied again.
 * Part of the replicated state: it depends on the log alone.
 *
 * <p>Of each client it keeps the numbers that were applied and are not yet settled; each command
 * says below which number everything is. Clients are runs of voters, so that there are few; beyond
 * {@link #MAX_CLIENTS} the one that has been silent for longest is forgotten. Not thread-safe.
 */
final class CommandLedger {
  /** Five voters restarted a dozen times within the time that a command is sent again. */
  static final int MAX_CLIENTS = 64;

  private static final class Progress {
    long settledBelow;
    final TreeSet<Long> applied = new TreeSet<>();
    long lastIndex;
  }

  private final Map<String, Progress> clients = new TreeMap<>();

  /** Whether the command is to be applied; if so it never is again. */
  boolean admit(long index, CommandProto command) {
    Progress progress = clients.computeIfAbsent(command.getClient(), client -> new Progress());
    progress.lastIndex = index;
    if (command.getSettledBelow() > progress.settledBelow) {
      progress.settledBelow = command.getSettledBelow();
      progress.applied.headSet(progress.settledBelow).clear();
    }
    boolean fresh =
        command.getSequence() >= progress.settledBelow
            && progress.applied.add(command.getSequence());
    forgetOldest();
    return fresh;
  }

  private void forgetOldest() {
    if (clients.size() <= MAX_CLIENTS) {
      return;
    }
    String oldest = "";
    long oldestIndex = Long.MAX_VALUE;
    for (Map.Entry<String, Progress> client : clients.entrySet()) {
      if (client.getValue().lastIndex < oldestIndex) {
        oldest = client.getKey();
        oldestIndex = client.getValue().lastIndex;
      }
    }
    clients.remove(oldest);
  }

  /** Whether the command with that number was applied or settled otherwise. */
  boolean isDone(String client, long sequence) {
    Progress progress = clients.get(client);
    return progress != null
        && (sequence < progress.settledBelow || progress.applied.contains(sequence));
  }

  List<ClientProgressProto> snapshot() {
    return clients.entrySet().stream()
        .map(
            client ->
                ClientProgressProto.newBuilder()
                    .setClient(client.getKey())
                    .setSettledBelow(client.getValue().settledBelow)
                    .addAllApplied(client.getValue().applied)
                    .setLastIndex(client.getValue().lastIndex)
                    .build())
        .toList();
  }

  void restore(List<ClientProgressProto> stored) {
    clients.clear();
    for (ClientProgressProto client : stored) {
      Progress progress = new Progress();
      progress.settledBelow = client.getSettledBelow();
      progress.applied.addAll(client.getAppliedList());
      progress.lastIndex = client.getLastIndex();
      clients.put(client.getClient(), progress);
    }
  }
}
