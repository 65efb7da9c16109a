package dev.orbit.runtime.state;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.ReminderKey;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StoredReminder;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;

/** The reminders of a {@link JdbcStateStore}. Thread-safe. */
final class JdbcReminderStore implements ReminderStore {
  private final SqlSession session;

  JdbcReminderStore(SqlSession session) {
    this.session = session;
  }

  @Override
  public void set(StoredReminder reminder, Fence fence) {
    session.execute(new Operation.SetReminder(reminder, fence));
  }

  @Override
  public boolean cancel(ReminderKey key, Fence fence) {
    return session.execute(new Operation.CancelReminder(key, fence));
  }

  @Override
  public List<StoredReminder> of(String cluster, AddressableReference actor) {
    return session.execute(new Operation.RemindersOf(cluster, actor));
  }

  @Override
  public List<StoredReminder> due(String cluster, BitSet partitions, Instant until, int most) {
    return session.execute(new Operation.DueReminders(cluster, partitions, until, most));
  }

  @Override
  public List<Boolean> advance(List<Advance> advances) {
    return session.execute(new Operation.AdvanceReminders(advances));
  }
}
