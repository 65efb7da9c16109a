package dev.orbit.raft.internal.atomix;

import io.atomix.primitive.service.BackupInput;
import io.atomix.primitive.service.BackupOutput;
import io.atomix.primitive.service.Commit;
import io.atomix.primitive.service.PrimitiveService;
import io.atomix.primitive.service.ServiceContext;
import io.atomix.primitive.session.Session;
import io.atomix.primitive.session.SessionId;
import io.atomix.utils.serializer.Namespace;
import io.atomix.utils.serializer.Serializer;
import io.atomix.utils.time.WallClockTimestamp;
import java.util.Set;

/**
 * The one service of the group, in Atomix's shape. Atomix makes a new one for each snapshot that it
 * restores; the state is in the {@link MachineHost} that they share.
 */
final class HostedService implements PrimitiveService {
  private static final byte[] NOTHING = new byte[0];

  private final MachineHost host;
  private final Set<Long> sessions;
  private final Serializer serializer;

  /**
   * Makes one.
   *
   * @param sessions holds the sessions that are open; thread-safe
   */
  HostedService(MachineHost host, Set<Long> sessions, Namespace namespace) {
    this.host = host;
    this.sessions = sessions;
    this.serializer = Serializer.using(namespace);
  }

  @Override
  public void init(ServiceContext context) {}

  @Override
  public void tick(WallClockTimestamp timestamp) {}

  @Override
  public Serializer serializer() {
    return serializer;
  }

  @Override
  public void backup(BackupOutput output) {
    byte[] snapshot = host.snapshot();
    output.writeInt(snapshot.length);
    output.writeBytes(snapshot);
  }

  @Override
  public void restore(BackupInput input) {
    int length = Math.max(0, Math.min(input.readInt(), input.remaining()));
    host.restore(input.readBytes(length));
  }

  @Override
  public byte[] apply(Commit<byte[]> commit) {
    host.apply(commit.index(), commit.value());
    return NOTHING;
  }

  // Raw in Atomix.
  @Override
  @SuppressWarnings("rawtypes")
  public void register(Session session) {
    sessions.add(session.sessionId().id());
  }

  @Override
  public void expire(SessionId sessionId) {
    sessions.remove(sessionId.id());
  }

  @Override
  public void close(SessionId sessionId) {
    sessions.remove(sessionId.id());
  }
}
