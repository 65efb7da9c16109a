package dev.orbit.runtime;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.CallTimeout;
import dev.orbit.api.OnlyIfActive;
import dev.orbit.api.ReadOnly;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Does whatever the tests of calls ask. */
@ActorType("test.Clerk")
interface Clerk extends ActorWithStringKey {
  /** Waits at a gate of {@link Desks}. */
  String waitAt(String gate);

  @CallTimeout(value = 300, unit = ChronoUnit.MILLIS)
  String waitBrieflyAt(String gate);

  /** Lets another clerk wait. */
  String letWait(String other, String gate);

  @OnlyIfActive
  Optional<String> nameIfActive();

  /** Keeps what it is given, and gives it back. */
  List<String> keep(List<String> names);

  List<String> kept();

  /** What flows down to the clerk of that name over this one. */
  Map<String, String> baggageAt(List<String> path);

  /** The name of the thread that computes, and whether it is virtual. */
  String compute();

  /** Stays in memory for so long. */
  String stay(long millis);

  @ReadOnly
  String name();

  void failWithCause(String message);
}
