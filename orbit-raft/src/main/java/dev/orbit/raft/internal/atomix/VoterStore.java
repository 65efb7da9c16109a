package dev.orbit.raft.internal.atomix;

import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.internal.files.DirectoryLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a voter keeps on disk, and the judgement whether it may start from it.
 *
 * <p>A voter that has forgotten what it acknowledged must not take part: its vote could elect a
 * leader without the entries it once confirmed. So it refuses to start where its identity is
 * missing beside a log, where the log is damaged in the middle or ends below the {@link Watermark},
 * and where a peer remembers it with another store. With none of all that it makes a new store,
 * from which it may only take part as {@link Admission} says. Thread-safe.
 */
final class VoterStore implements AutoCloseable {
  /** Begins the names of Atomix's files. */
  static final String PREFIX = "raft";

  private static final Logger log = LoggerFactory.getLogger(VoterStore.class);
  private static final Duration FORCE_WATERMARK = Duration.ofSeconds(1);
  private static final String REMEDY =
      " A voter that has forgotten what it acknowledged must not take part. The others go on as"
          + " long as they are a majority. Move the directory away and start the voter once with"
          + " replace-voter=true: it learns everything from the others.";

  private final EngineConfig config;
  private final DirectoryLock lock;
  private @Nullable VoterIdentity identity;
  private @Nullable LogScan scan;
  private @Nullable Watermark watermark;
  private @Nullable VoteGuard votes;

  private VoterStore(EngineConfig config, DirectoryLock lock) {
    this.config = config;
    this.lock = lock;
  }

  /**
   * Opens the store, making it if this voter never ran.
   *
   * @throws ConfigurationException if the voter must not start from it, with what to do
   */
  static VoterStore open(Environment environment, EngineConfig config) {
    Path directory = config.dataDir();
    try {
      VoterStore store = new VoterStore(config, lock(directory));
      try {
        store.load(environment);
        return store;
      } catch (IOException | RuntimeException e) {
        store.close();
        throw e;
      }
    } catch (StateFile.DamagedException e) {
      throw refusal(config, e.getMessage() + "." + REMEDY, e);
    } catch (IOException e) {
      throw refusal(config, "its store cannot be used: " + e.getMessage() + ".", e);
    }
  }

  private static DirectoryLock lock(Path directory) throws IOException {
    return DirectoryLock.take(directory, "lock")
        .orElseThrow(
            () ->
                new ConfigurationException(
                    ErrorCode.BAD_CONFIGURATION,
                    "another voter runs on %s; give each voter a data directory of its own"
                        .formatted(directory)));
  }

  private synchronized void load(Environment environment) throws IOException {
    LogScan found = LogScan.of(config.dataDir(), PREFIX, config.maxEntryBytes());
    scan = found;
    Watermark mark =
        new Watermark(
            config.dataDir().resolve("watermark"),
            environment.nanoTime(),
            FORCE_WATERMARK.toNanos());
    watermark = mark;
    VoteGuard guard = new VoteGuard(new StateFile(config.dataDir().resolve("vote")));
    votes = guard;
    StateFile file = new StateFile(config.dataDir().resolve("identity"));
    boolean isEmpty = found.isEmpty() && mark.value() == 0 && guard.term() == 0;
    VoterIdentity known = VoterIdentity.read(file, guard::term).orElse(null);
    if (known != null) {
      checkIdentity(known);
    } else if (!isEmpty) {
      throw refusal(
          config,
          "%s holds a log or votes but not the voter's identity.".formatted(config.dataDir())
              + REMEDY,
          null);
    }
    identity = chosen(environment, file, known, isEmpty);
    checkLog(found, mark.value());
  }

  private VoterIdentity chosen(
      Environment environment, StateFile file, @Nullable VoterIdentity known, boolean isEmpty)
      throws IOException {
    boolean replaces =
        config.replaceLost()
            && (known == null || (known.standing() == Standing.FOUNDING && isEmpty));
    if (known != null && !replaces) {
      if (config.replaceLost() && known.standing() == Standing.FULL) {
        log.warn(
            "voter={} has its store; take replace-voter away, so that a later loss is noticed",
            config.self());
      }
      return known;
    }
    VoterIdentity made =
        VoterIdentity.make(
            file,
            votes()::term,
            config,
            environment.random(),
            replaces ? Optional.of(environment.wallTime()) : Optional.empty());
    log.info(
        "voter={} group={} store made, at={} standing={}",
        config.self(),
        config.group(),
        config.dataDir(),
        made.standing());
    return made;
  }

  private void checkIdentity(VoterIdentity known) {
    if (!known.group().equals(config.group()) || !known.voter().equals(config.self())) {
      throw refusal(
          config,
          "%s belongs to voter %s of group '%s'; name the right directory."
              .formatted(config.dataDir(), known.voter(), known.group()),
          null);
    }
    if (!known.voters().equals(List.copyOf(config.voters().keySet()))) {
      throw refusal(
          config,
          "the group was set up with the voters %s and is now configured with %s; voters are fixed."
              .formatted(known.voters(), config.voters().keySet()),
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
        ErrorCode.VOTER_REFUSED,
        "voter %s of group '%s' does not start: %s".formatted(config.self(), config.group(), why),
        cause);
  }

  VoterIdentity identity() {
    return opened(identity);
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

  /**
   * Looks whether a peer has disowned this voter.
   *
   * @throws ConfigurationException if so
   */
  void checkOwned() {
    Optional<String> why = identity().disowned();
    if (why.isPresent()) {
      throw refusal(
          config,
          "%s: its directory %s was emptied or exchanged."
                  .formatted(why.get(), config.dataDir().toAbsolutePath())
              + REMEDY,
          null);
    }
  }

  @Override
  public synchronized void close() {
    try {
      if (watermark != null) {
        watermark.close();
      }
      lock.close();
    } catch (IOException e) {
      log.warn("directory={} not closed cleanly", config.dataDir(), e);
    }
  }
}
