package dev.orbit.testkit.calls;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.ReadOnly;
import java.util.List;

/** The same actors as those of {@link Exchange}, as others see them. */
@ActorType("test.Exchange")
interface Inspection extends ActorWithStringKey {
  /** The very method of the other contract. */
  @ReadOnly
  List<String> remembered();

  String inspect(String question);
}
