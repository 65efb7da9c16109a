package dev.orbit.testkit.clock;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import java.util.List;

/** An actor that is rung by timers and reminders. */
@ActorType("test.Bell")
public interface Bell extends ActorWithStringKey {
  /** Starts a timer that rings every {@code millis}, and is told what each ring is to do. */
  void tick(long millis, String behaviour);

  void stopTicking();

  /** Blocks this turn. */
  void sleep(long millis);

  void remindOnce(String name, long millis);

  void remindEvery(String name, long millis);

  boolean cancel(String name);

  List<String> reminders();

  /** Sets a reminder, then fails before it writes; or writes, then fails before it sets one. */
  void setAndFail(boolean reminderFirst, String name);

  int written();

  String whereAmI();
}
