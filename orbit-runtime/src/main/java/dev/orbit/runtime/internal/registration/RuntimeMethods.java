package dev.orbit.runtime.internal.registration;

import dev.orbit.api.Remindable;
import dev.orbit.api.Reminder;
import dev.orbit.api.Timers;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.client.internal.contract.MethodTraits;
import dev.orbit.client.internal.contract.ResultKind;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The methods that the runtime itself calls on actors as turns. They are in no contract: their
 * names hold a character that no method of a contract can have.
 */
public final class RuntimeMethods {
  /** The name on the wire under which a reminder's occurrence comes. */
  public static final String ON_REMINDER = "~onReminder";

  /**
   * The name on the wire of what is no method: it follows calls on their way to an actor, and is
   * answered where they arrive.
   */
  public static final String ARRIVED = "~arrived";

  private static final String TIMER = "~timer";
  private static final int IN_NO_CONTRACT = -1;
  private static final MethodTraits INTERLEAVING =
      new MethodTraits(false, false, true, false, Optional.empty());

  private static final Method REMINDER_METHOD =
      find(Remindable.class, "onReminder", Reminder.class);
  private static final Method TIMER_METHOD = find(Timers.TimerAction.class, "run");

  private RuntimeMethods() {}

  private static Method find(Class<?> type, String name, Class<?>... parameters) {
    try {
      return type.getMethod(name, parameters);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The delivery of a reminder to actors of a type. */
  public static MethodContract onReminder(String actorType) {
    return method(
        actorType, ON_REMINDER, REMINDER_METHOD, List.of(Reminder.class), MethodTraits.NONE);
  }

  /** A timer's turn of actors of a type; its argument is the action. */
  static MethodContract timer(String actorType, boolean interleaves) {
    return method(
        actorType,
        TIMER,
        TIMER_METHOD,
        List.of(Timers.TimerAction.class),
        interleaves ? INTERLEAVING : MethodTraits.NONE);
  }

  private static MethodContract method(
      String actorType,
      String wireName,
      Method method,
      List<Type> parameters,
      MethodTraits traits) {
    return new MethodContract(
        actorType,
        wireName,
        method,
        parameters,
        void.class,
        ResultKind.VALUE,
        traits,
        IN_NO_CONTRACT);
  }

  /** Whether a name on the wire can only be one of these. */
  public static boolean isName(String wireName) {
    return wireName.startsWith("~");
  }

  /** Whether it is one of these. */
  static boolean contains(MethodContract method) {
    return method.index() == IN_NO_CONTRACT;
  }

  /** Whether it is a timer's turn. */
  public static boolean isTimer(MethodContract method) {
    return contains(method) && method.wireName().equals(TIMER);
  }

  /** Calls one on an actor; throws what it throws. */
  static void call(Object actor, MethodContract method, @Nullable Object[] arguments)
      throws Exception {
    if (isTimer(method) && arguments[0] instanceof Timers.TimerAction action) {
      action.run();
    } else if (actor instanceof Remindable remindable
        && arguments[0] instanceof Reminder reminder) {
      remindable.onReminder(reminder);
    } else {
      throw new IllegalArgumentException("%s does not fit".formatted(method));
    }
  }
}
