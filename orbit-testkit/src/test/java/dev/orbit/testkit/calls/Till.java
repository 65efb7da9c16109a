package dev.orbit.testkit.calls;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.ReadOnly;

/** A till, kept as a journal. */
@ActorType("test.Till")
interface Till extends ActorWithStringKey {
  /** What happens to a till. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Event.Sold.class, name = "sold"),
    @JsonSubTypes.Type(value = Event.Emptied.class, name = "emptied")
  })
  sealed interface Event {
    record Sold(String article, long cents) implements Event {}

    record Emptied() implements Event {}
  }

  /** Returns what is in the till after it. */
  long sell(String article, long cents);

  /** Returns what was in it. */
  long empty();

  @ReadOnly
  long sales();
}
