package dev.orbit.examples.presence;

import dev.orbit.api.Actors;
import dev.orbit.api.CallSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks many actors at once, in blocking style. */
public final class Census {
  private Census() {}

  // region: fan-out
  /** What those members of a room say who are in memory, asked all at once. */
  public static List<String> statuses(Actors actors, String room) {
    Actors hasty = actors.with(CallSettings.timeout(Duration.ofSeconds(2)));
    List<CompletableFuture<Optional<String>>> asked =
        hasty.get(Room.class, room).members().stream()
            .map(member -> hasty.async(member, Member::statusIfThere))
            .toList();
    return asked.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList();
  }
  // endregion
}
