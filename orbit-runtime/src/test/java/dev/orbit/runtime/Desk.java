package dev.orbit.runtime;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.AlwaysInterleave;
import dev.orbit.api.ReadOnly;
import java.util.concurrent.CompletionStage;

/** What the desks have in common by which the tests of turns look at them. */
interface Desk extends ActorWithStringKey {
  /** Waits in the hall of that name until the test lets go, as a call to another actor. */
  String visit(String hall);

  /** As {@link #visit}, giving a stage. */
  CompletionStage<String> visitLater(String hall);

  /** Calls {@link #name} of this very actor through the hall. */
  String comeBackThrough(String hall);

  String name();

  /** Adds one in two steps, with a visit in between that never waits. */
  int add();

  /** Waits at the gate of that name without calling anybody. */
  @ReadOnly
  String look(String gate);

  /** Waits at the gate, as a turn that may change something. */
  String change(String gate);

  /** As {@link #change}, for callers that do not block. */
  CompletionStage<String> changeLater(String gate);

  @AlwaysInterleave
  String peek();

  /** Not reentrant. */
  @ActorType("test.Desk")
  interface Plain extends Desk {}

  /** Reentrant. */
  @ActorType("test.OpenDesk")
  interface Open extends Desk {}

  /** Reentrant along call chains. */
  @ActorType("test.ChainDesk")
  interface Chained extends Desk {}

  /** Where desks' turns wait. */
  @ActorType("test.Hall")
  interface Hall extends ActorWithStringKey {
    /** Waits until the test lets go. */
    String enter(String who);

    /** As {@link #enter}, giving a stage. */
    CompletionStage<String> enterLater();

    /** Calls the desk of that type and key back. */
    String callBack(String type, String key);

    /** Answers at once. */
    int pass(int value);
  }
}
