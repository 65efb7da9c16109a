package dev.orbit.runtime.internal.reminder;

import dev.orbit.api.MissedFirings;
import dev.orbit.api.Reminders;
import dev.orbit.api.Schedule;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.ReminderKey;
import dev.orbit.api.state.ReminderStore;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StoredReminder;
import dev.orbit.runtime.internal.persistence.StateAccess;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The reminders of one activation's actor. Confined to its turns. */
public final class ActorReminders implements Reminders {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  private final ReminderService service;
  private final ReminderStore store;
  private final StateAccess access;
  private final AddressableReference actor;
  private final int partition;
  private @Nullable Set<String> names;
  private long registrations;

  private ActorReminders(
      ReminderService service,
      ReminderStore store,
      StateAccess access,
      AddressableReference actor,
      int partition) {
    this.service = service;
    this.store = store;
    this.access = access;
    this.actor = actor;
    this.partition = partition;
  }

  /**
   * Claims them for an activation, which shuts out every earlier one; blocks.
   *
   * @throws dev.orbit.api.error.StorageException if the store fails or a later activation exists
   */
  public static ActorReminders claim(
      ReminderService service, StateAccess access, AddressableReference actor) {
    access.call(
        () ->
            access
                .store()
                .claim(
                    new StateKey(service.cluster(), actor, ReminderStore.CLAIM), access.fence()));
    return new ActorReminders(service, service.store(), access, actor, service.partitionOf(actor));
  }

  @Override
  public void set(String name, Schedule schedule, MissedFirings missed) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a reminder is named '%s'; allowed are 1 to 100 letters, digits, '.', '_' or '-'"
              .formatted(name));
    }
    Plan plan = Plan.of(schedule, missed);
    Instant first = Plan.first(schedule, service.now());
    checkRoom(name);
    Fence fence = access.fence();
    StoredReminder reminder =
        new StoredReminder(
            key(name), partition, fence + "." + ++registrations, 1, first, plan.text());
    access.checkMayWrite(reminder.key());
    access.call(
        () -> {
          store.set(reminder, fence);
          return reminder;
        });
    known().add(name);
    service.onSet(reminder);
  }

  /** Those that are over are still counted here until the store is asked again. */
  private void checkRoom(String name) {
    if (known().size() >= MAX_REMINDERS && !known().contains(name)) {
      names = null;
      if (known().size() >= MAX_REMINDERS && !known().contains(name)) {
        throw new IllegalStateException(
            "%s has %d reminders already; cancel some before setting '%s'"
                .formatted(actor, MAX_REMINDERS, name));
      }
    }
  }

  private Set<String> known() {
    Set<String> known = names;
    if (known == null) {
      known = new TreeSet<>(names());
      names = known;
    }
    return known;
  }

  @Override
  public boolean cancel(String name) {
    ReminderKey key = key(name);
    access.checkMayWrite(key);
    boolean cancelled = access.call(() -> store.cancel(key, access.fence()));
    if (names != null) {
      names.remove(name);
    }
    service.onCancelled(key);
    return cancelled;
  }

  @Override
  public List<String> names() {
    return access.call(() -> store.of(service.cluster(), actor)).stream()
        .map(reminder -> reminder.key().name())
        .toList();
  }

  private ReminderKey key(String name) {
    return new ReminderKey(service.cluster(), actor, name);
  }
}
