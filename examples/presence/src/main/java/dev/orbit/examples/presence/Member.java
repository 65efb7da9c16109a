package dev.orbit.examples.presence;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.OneWay;
import dev.orbit.api.OnlyIfActive;
import dev.orbit.api.ReadOnly;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

// region: contract
/** Somebody who may be in rooms. */
@ActorType("presence.Member")
public interface Member extends ActorWithStringKey {
  /** Is there for so long, unless this is called again. */
  void signIn(Duration atLeast);

  /** Nobody waits for it, and nobody learns whether it arrived. */
  @OneWay
  void heard(String room, String from, String text);

  /** The last lines that it heard, oldest first. */
  @ReadOnly
  List<String> lines();

  /** Empty when it is not in memory: asking does not wake anybody up. */
  @OnlyIfActive
  Optional<String> statusIfThere();
}
// endregion
