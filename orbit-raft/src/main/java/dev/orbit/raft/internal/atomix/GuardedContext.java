package dev.orbit.raft.internal.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.impl.RaftServiceManager;
import io.atomix.protocols.raft.protocol.RaftServerProtocol;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.RaftLogWriter;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.journal.Indexed;
import io.atomix.storage.journal.SegmentedJournalWriter;
import io.atomix.utils.concurrent.ThreadModel;
import java.lang.reflect.Field;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Atomix with readers that see what is in the log.
 *
 * <p>A reader fills a buffer from the file, as far as the file goes, and Atomix throws the buffer
 * away only if the log is cut back to before the reader's place. What is cut off after that place
 * stays in the buffer, with a good checksum, and is read when the reader comes to it: applied to
 * the state in place of what the group agreed on, or compared with what a leader sends. So here
 * every cut has the two readers that outlive it begin anew where they are. It happens on the
 * protocol's thread, which alone cuts and reads.
 */
final class GuardedContext extends RaftContext {
  // Asked for by the constructor of the superclass: an initializer would come too late.
  private static final Field APPLY_READER = applyReaderField();

  private final @Nullable Hooks hooks;
  private @Nullable RaftLogWriter writer;

  /**
   * What runs on the protocol's thread.
   *
   * @param onCut after each cut, before anything is written in place of what was cut off
   * @param onLeader after each change of the leader or the term, in the middle of what Atomix does
   */
  record Hooks(Runnable onCut, Runnable onLeader) {}

  /** One that has read its log and does nothing yet. */
  GuardedContext(
      String name,
      MemberId self,
      RaftServerProtocol protocol,
      RaftStorage storage,
      PrimitiveTypeRegistry types,
      Hooks hooks) {
    super(
        name,
        self,
        new FixedMembership(self.id()),
        protocol,
        storage,
        types,
        ThreadModel.SHARED_THREAD_POOL.factory(
            "raft-sessions-" + name + "-%d", 1, LoggerFactory.getLogger(GuardedContext.class)),
        true);
    this.hooks = hooks;
  }

  @Override
  public RaftLogWriter getLogWriter() {
    RaftLogWriter made = writer;
    if (made == null) {
      made = new Cutting(super.getLogWriter());
      writer = made;
    }
    return made;
  }

  /** Atomix tells its listeners who leads, and not that nobody does. */
  @Override
  public void setLeader(@Nullable MemberId leader) {
    super.setLeader(leader);
    leaderSet();
  }

  @Override
  public void setTerm(long term) {
    super.setTerm(term);
    leaderSet();
  }

  private void leaderSet() {
    Hooks told = hooks;
    // The constructor of the superclass reads what is stored.
    if (told != null) {
      told.onLeader.run();
    }
  }

  private void cut() {
    Objects.requireNonNull(hooks).onCut.run();
  }

  private static Field applyReaderField() {
    try {
      Field reader = RaftServiceManager.class.getDeclaredField("reader");
      reader.setAccessible(true);
      return reader;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this is not the Atomix that was built for: " + e, e);
    }
  }

  /** What applies entries keeps its reader to itself. */
  private RaftLogReader applyReader() {
    try {
      return (RaftLogReader) APPLY_READER.get(getServiceManager());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this is not the Atomix that was built for: " + e, e);
    }
  }

  private void readAnew(RaftLogReader reader) {
    reader.reset(reader.getNextIndex());
  }

  /** The writer, and what must follow when it cuts. */
  private final class Cutting extends RaftLogWriter {
    private final RaftLogWriter log;

    Cutting(RaftLogWriter log) {
      super((@Nullable SegmentedJournalWriter<RaftLogEntry>) null, getLog());
      this.log = log;
    }

    @Override
    public void truncate(long index) {
      try {
        log.truncate(index);
      } finally {
        cut();
      }
      readAnew(applyReader());
      readAnew(getLogReader());
    }

    @Override
    public void reset(long index) {
      try {
        log.reset(index);
      } finally {
        cut();
      }
      readAnew(applyReader());
      getLogReader().reset(index);
    }

    @Override
    public long getLastIndex() {
      return log.getLastIndex();
    }

    @Override
    public Indexed<RaftLogEntry> getLastEntry() {
      return log.getLastEntry();
    }

    @Override
    public long getNextIndex() {
      return log.getNextIndex();
    }

    @Override
    public <T extends RaftLogEntry> Indexed<T> append(T entry) {
      return log.append(entry);
    }

    @Override
    public void append(Indexed<RaftLogEntry> entry) {
      log.append(entry);
    }

    @Override
    public void commit(long index) {
      log.commit(index);
    }

    @Override
    public void flush() {
      log.flush();
    }

    @Override
    public void close() {
      log.close();
    }
  }
}
