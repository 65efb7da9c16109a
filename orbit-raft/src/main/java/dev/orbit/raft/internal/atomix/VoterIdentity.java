package dev.orbit.raft.internal.atomix;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.orbit.proto.raft.IdentityProto;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.internal.grpc.Introduction;
import dev.orbit.raft.internal.grpc.PeerIdentity;
import dev.orbit.raft.internal.grpc.Store;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this voter is, whom it knows, and what its {@link Standing} is; on disk whenever it changed.
 *
 * <p>Voters remember each other's stores. That is what tells a voter that lost its store: the
 * others know another one. A store that replaces a lost one has a larger generation, and each voter
 * that hears of it forgets the lost one for good, before it tells the newest term that it knows of.
 * Thread-safe.
 */
final class VoterIdentity implements PeerIdentity {
  private static final Logger log = LoggerFactory.getLogger(VoterIdentity.class);
  private static final int STORE_BYTES = 16;

  private final StateFile file;
  private final LongSupplier term;
  // Guarded by this.
  private IdentityProto identity;
  private final Map<String, Introduction> introductions = new TreeMap<>();
  private @Nullable String disowned;
  private Consumer<String> onDisowned = why -> {};
  private Consumer<String> onSuperseded = peer -> {};

  private VoterIdentity(StateFile file, LongSupplier term, IdentityProto identity) {
    this.file = file;
    this.term = term;
    this.identity = identity;
  }

  /**
   * The one in the file; empty if there is none.
   *
   * @param term the newest term in which this voter voted
   * @throws IOException if the file cannot be read or is damaged
   */
  static Optional<VoterIdentity> read(StateFile file, LongSupplier term) throws IOException {
    Optional<byte[]> content = file.read();
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new VoterIdentity(file, term, IdentityProto.parseFrom(content.get())));
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(file + " is damaged", e);
    }
  }

  /** Makes one for a voter that has no store yet, and writes it down. */
  static VoterIdentity make(
      StateFile file,
      LongSupplier term,
      EngineConfig config,
      RandomGenerator random,
      Optional<Instant> replacedAt)
      throws IOException {
    byte[] store = new byte[STORE_BYTES];
    random.nextBytes(store);
    Standing standing =
        replacedAt.isPresent()
            ? Standing.REPLACING
            : config.isAlone() ? Standing.FULL : Standing.FOUNDING;
    IdentityProto made =
        IdentityProto.newBuilder()
            .setGroup(config.group())
            .setVoter(config.self())
            .addAllVoters(config.voters().keySet())
            .setStore(ByteString.copyFrom(store))
            .setStanding(standing.proto())
            // Only the order of an operator's attempts hangs on this clock.
            .setGeneration(
                replacedAt
                    .map(at -> Math.max(1, ChronoUnit.MICROS.between(Instant.EPOCH, at)))
                    .orElse(0L))
            .build();
    VoterIdentity identity = new VoterIdentity(file, term, made);
    identity.save(made);
    return identity;
  }

  private void save(IdentityProto next) throws IOException {
    file.write(next.toByteArray());
    identity = next;
  }

  synchronized String group() {
    return identity.getGroup();
  }

  synchronized String voter() {
    return identity.getVoter();
  }

  synchronized List<String> voters() {
    return List.copyOf(identity.getVotersList());
  }

  synchronized Standing standing() {
    return Standing.of(identity.getStanding());
  }

  /** Moves on; it is on disk when this returns. */
  synchronized void become(Standing standing) throws IOException {
    save(identity.toBuilder().setStanding(standing.proto()).build());
  }

  /** What the peers said that let this voter in since it was started, as far as it still holds. */
  synchronized Map<String, Introduction> introductions() {
    Map<String, Introduction> holding = new TreeMap<>();
    introductions.forEach(
        (peer, introduction) -> {
          if (remembered(peer).equals(Optional.of(introduction.store()))) {
            holding.put(peer, introduction);
          }
        });
    return holding;
  }

  @Override
  public synchronized Store store() {
    return new Store(identity.getStore(), identity.getGeneration());
  }

  @Override
  public synchronized Optional<Store> remembered(String peer) {
    return Optional.ofNullable(identity.getPeersMap().get(peer))
        .map(id -> new Store(id, identity.getPeerGenerationsOrDefault(peer, 0)));
  }

  @Override
  public boolean meet(String peer, Store store) {
    Consumer<String> told;
    synchronized (this) {
      Optional<Store> before = remembered(peer);
      if (before.isPresent() && !store.supersedes(before.get())) {
        return before.get().equals(store);
      }
      if (!remember(peer, store)) {
        return false;
      }
      if (before.isEmpty()) {
        return true;
      }
      introductions.remove(peer);
      told = onSuperseded;
    }
    log.warn("peer={} comes with a store that replaces its lost one", peer);
    told.accept(peer);
    return true;
  }

  private boolean remember(String peer, Store store) {
    IdentityProto.Builder next = identity.toBuilder().putPeers(peer, store.id());
    if (store.generation() != 0) {
      next.putPeerGenerations(peer, store.generation());
    }
    try {
      save(next.build());
      return true;
    } catch (IOException e) {
      log.warn("peer={} could not be remembered", peer, e);
      return false;
    }
  }

  @Override
  public synchronized Introduction introduction() {
    Map<String, Store> known = new HashMap<>();
    for (String peer : identity.getPeersMap().keySet()) {
      remembered(peer).ifPresent(store -> known.put(peer, store));
    }
    return new Introduction(store(), term.getAsLong(), standing() == Standing.FULL, known);
  }

  @Override
  public boolean welcomed(String peer, Introduction introduction) {
    if (!meet(peer, introduction.store())) {
      return false;
    }
    synchronized (this) {
      introductions.put(peer, introduction);
    }
    String self = voter();
    introduction
        .known()
        .forEach(
            (other, store) -> {
              // One that was replaced and has not heard of it would be taken for the peer itself.
              if (!other.equals(self) && voters().contains(other) && store.generation() != 0) {
                meet(other, store);
              }
            });
    return true;
  }

  @Override
  public synchronized void onSuperseded(Consumer<String> listener) {
    onSuperseded = listener;
  }

  /** Hears when a peer remembers this voter with another store, now or before. */
  void onDisowned(Consumer<String> listener) {
    String before;
    synchronized (this) {
      onDisowned = listener;
      before = disowned;
    }
    if (before != null) {
      listener.accept(before);
    }
  }

  /** Why a peer does not know this voter, if one said so. */
  synchronized Optional<String> disowned() {
    return Optional.ofNullable(disowned);
  }

  @Override
  public void disowned(String peer, String description) {
    Consumer<String> listener;
    synchronized (this) {
      if (disowned != null) {
        return;
      }
      disowned = description;
      listener = onDisowned;
    }
    listener.accept(description);
  }
}
