package dev.orbit.raft.internal.atomix;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.raft.IdentityProto;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.internal.grpc.PeerIdentity;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a voter keeps on disk, and the judgement whether it may start from it.
 *
 * <p>A voter that has forgotten what it acknowledged must not take part: its vote could elect a
 * leader without the entries it once confirmed. So it refuses to start where its identity is
 * missing beside a log, where the log is damaged in the middle or ends below the {@link Watermark},
 * and where a peer remembers it with another store. Thread-safe.
 */
final class VoterStore implements PeerIdentity, AutoCloseable {
  /** Begins the names of Atomix's files. */
  static final String PREFIX = "raft";

  private static final Logger log = LoggerFactory.getLogger(VoterStore.class);
  private static final int STORE_BYTES = 16;
  private static final Duration FORCE_WATERMARK = Duration.ofSeconds(1);
  private static final String REMEDY =
      " A voter that has forgotten what it acknowledged must not take part: restore its directory"
          + " as it was when it stopped. Without it the others go on as long as they are a"
          + " majority.";

  private final EngineConfig config;
  private final FileChannel lockChannel;
  private final StateFile identityFile;
  private IdentityProto identity = IdentityProto.getDefaultInstance();
  private boolean fresh;
  private @Nullable LogScan scan;
  private @Nullable Watermark watermark;
  private @Nullable VoteGuard votes;
  private @Nullable String disowned;
  private Consumer<String> onDisowned = why -> {};

  private VoterStore(EngineConfig config, FileChannel lockChannel) {
    this.config = config;
    this.lockChannel = lockChannel;
    this.identityFile = new StateFile(config.dataDir().resolve("identity"));
  }

  /**
   * Opens the store, making it if this voter never ran.
   *
   * @throws ConfigurationException if the voter must not start from it, with what to do
   */
  static VoterStore open(Environment environment, EngineConfig config) {
    Path directory = config.dataDir();
    try {
      Files.createDirectories(directory);
      VoterStore store = new VoterStore(config, lock(directory));
      try {
        store.load(environment);
        return store;
      } catch (IOException | RuntimeException e) {
        store.close();
        throw e;
      }
    } catch (IOException e) {
      throw refusal(config, "its store cannot be used: " + e.getMessage() + ".", e);
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      log.debug("directory={} is locked by this process", directory);
    }
    if (lock == null) {
      channel.close();
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "another voter runs on %s; give each voter a data directory of its own"
              .formatted(directory));
    }
    return channel;
  }

  private synchronized void load(Environment environment) throws IOException {
    Optional<byte[]> stored = identityFile.read();
    LogScan found = LogScan.of(config.dataDir(), PREFIX, config.maxEntryBytes());
    scan = found;
    watermark =
        new Watermark(
            config.dataDir().resolve("watermark"),
            environment.nanoTime(),
            FORCE_WATERMARK.toNanos());
    if (stored.isPresent()) {
      identity = parse(stored.get());
      checkIdentity();
    } else {
      if (!found.isEmpty() || watermark.value() > 0) {
        throw refusal(
            config,
            "%s holds a log but not the voter's identity.".formatted(config.dataDir()) + REMEDY,
            null);
      }
      fresh = true;
      setUp(environment);
    }
    checkLog(found, watermark.value());
    votes = new VoteGuard(new StateFile(config.dataDir().resolve("vote")));
  }

  private static IdentityProto parse(byte[] content) throws IOException {
    try {
      return IdentityProto.parseFrom(content);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("the identity is damaged", e);
    }
  }

  private void setUp(Environment environment) throws IOException {
    byte[] store = new byte[STORE_BYTES];
    environment.random().nextBytes(store);
    save(
        IdentityProto.newBuilder()
            .setGroup(config.group())
            .setVoter(config.self())
            .addAllVoters(config.voters().keySet())
            .setStore(ByteString.copyFrom(store))
            .build());
    log.info("voter={} group={} store made at {}", config.self(), config.group(), config.dataDir());
  }

  private void save(IdentityProto next) throws IOException {
    identityFile.write(next.toByteArray());
    identity = next;
  }

  private void checkIdentity() {
    if (!identity.getGroup().equals(config.group()) || !identity.getVoter().equals(config.self())) {
      throw refusal(
          config,
          "%s belongs to voter %s of group '%s'; name the right directory."
              .formatted(config.dataDir(), identity.getVoter(), identity.getGroup()),
          null);
    }
    if (!identity.getVotersList().equals(config.voters().keySet().stream().toList())) {
      throw refusal(
          config,
          "the group was set up with the voters %s and is now configured with %s; voters are fixed."
              .formatted(identity.getVotersList(), config.voters().keySet()),
          null);
    }
  }

  private void checkLog(LogScan found, long mark) {
    if (found.damage().isPresent()) {
      throw refusal(
          config, "its log is damaged: %s.".formatted(found.damage().get()) + REMEDY, null);
    }
    long reach = Math.max(found.lastIndex(), found.snapshotIndex());
    if (reach < mark) {
      throw refusal(
          config,
          "its log ends at entry %d, but entries up to %d were acknowledged: it was cut off or "
                  .formatted(reach, mark)
              + "damaged."
              + REMEDY,
          null);
    }
  }

  private static ConfigurationException refusal(
      EngineConfig config, String why, @Nullable Exception cause) {
    return new ConfigurationException(
        ErrorCode.BAD_CONFIGURATION,
        "voter %s of group '%s' does not start: %s".formatted(config.self(), config.group(), why),
        cause);
  }

  /** Whether this voter has never run before. */
  boolean isFresh() {
    return fresh;
  }

  LogScan scan() {
    return opened(scan);
  }

  Watermark watermark() {
    return opened(watermark);
  }

  VoteGuard votes() {
    return opened(votes);
  }

  private static <T> T opened(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the store is not open");
    }
    return part;
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

  /**
   * Looks whether a peer has disowned this voter.
   *
   * @throws ConfigurationException if so
   */
  synchronized void checkOwned() {
    if (disowned != null) {
      throw refusal(
          config,
          "%s: its directory %s was emptied or exchanged."
                  .formatted(disowned, config.dataDir().toAbsolutePath())
              + REMEDY,
          null);
    }
  }

  /** Removes what {@link #open} made just now, so that a later start finds things as they were. */
  synchronized void abandon() {
    close();
    if (fresh) {
      try {
        Files.deleteIfExists(config.dataDir().resolve("identity"));
      } catch (IOException e) {
        log.warn("directory={} identity could not be removed", config.dataDir(), e);
      }
    }
  }

  @Override
  public synchronized ByteString store() {
    return identity.getStore();
  }

  @Override
  public synchronized ByteString remembered(String peer) {
    return identity.getPeersOrDefault(peer, ByteString.EMPTY);
  }

  @Override
  public synchronized boolean meet(String peer, ByteString store) {
    ByteString before = remembered(peer);
    if (!before.isEmpty()) {
      return before.equals(store);
    }
    try {
      save(identity.toBuilder().putPeers(peer, store).build());
      return true;
    } catch (IOException e) {
      log.warn("peer={} could not be remembered", peer, e);
      return false;
    }
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

  @Override
  public synchronized void close() {
    try {
      if (watermark != null) {
        watermark.close();
      }
      lockChannel.close();
    } catch (IOException e) {
      log.warn("directory={} not closed cleanly", config.dataDir(), e);
    }
  }
}
