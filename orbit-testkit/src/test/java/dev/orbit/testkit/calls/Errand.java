package dev.orbit.testkit.calls;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.AlwaysInterleave;
import dev.orbit.api.CallTimeout;
import dev.orbit.api.OnlyIfActive;
import dev.orbit.api.ReadOnly;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Does what the tests of calls between nodes ask. */
@ActorType("test.Errand")
public interface Errand extends ActorWithStringKey {
  /** Waits at a gate of {@link Gates}. */
  String waitAt(String gate);

  /** Lets another one wait. */
  String letWait(String other, String gate);

  /** Waits at a gate beside others that only look. */
  @ReadOnly
  String lookAt(String gate);

  @OnlyIfActive
  Optional<String> nameIfActive();

  String name();

  /** What flows down to the last of these. */
  Map<String, String> baggageAt(List<String> path);

  /** From now on asks the other for its name every few milliseconds, and writes a line of it. */
  void askEveryFewMillis(String other);

  /** Goes out of memory after this call. */
  void leave();

  /** Computes on a thread for that until a gate is open; the name of the thread. */
  String computeAt(String gate);

  /** Goes out of memory after this call, and fails to. */
  void leaveBadly();

  /** Says how much time its callers give it. */
  @ActorType("test.Errand.Timed")
  @CallTimeout(20)
  interface Timed extends ActorWithStringKey {
    /** In milliseconds, that of the last of them. */
    long remainingAt(List<String> path);

    @CallTimeout(10)
    long remaining();
  }

  /** Lets two wait and no more. */
  @ActorType("test.Errand.Narrow")
  interface Narrow extends ActorWithStringKey {
    String waitAt(String gate);
  }

  /** Reentrant along chains of calls. */
  @ActorType("test.Errand.Chained")
  interface Chained extends ActorWithStringKey {
    /** Calls the other, which calls {@link #name} of this one. */
    String throughOther(String other);

    String callBack(String caller);

    /** Lets the other, which is an {@link Errand}, wait. */
    String letWait(String other, String gate);

    @AlwaysInterleave
    String peek();

    String name();
  }
}
