package dev.orbit.runtime.internal.node;

import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.env.Environment;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.directory.Courier;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks every other member for the entries of no partition: who has heard the answers has
 * connections to all, both ends have applied the view, and the code that hand-overs take has run
 * once. Blocks.
 */
final class Greetings {
  private final Environment environment;
  private final Courier courier;

  Greetings(Environment environment, Courier courier) {
    this.environment = environment;
    this.courier = courier;
  }

  /**
   * Asks all and waits for their answers.
   *
   * @param bound a member that cannot be reached keeps nobody waiting for longer
   * @return how many have not answered
   */
  int exchange(MemberId self, ClusterView view, Duration bound) {
    List<MemberId> others =
        view.members().stream().map(Member::id).filter(id -> !id.equals(self)).toList();
    AtomicInteger missing = new AtomicInteger(others.size());
    Content.EntriesRequest nothing =
        new Content.EntriesRequest(Content.EntriesKind.AUDIT, List.of(), self, 0, 0);
    for (MemberId other : others) {
      courier.ask(
          other,
          view.version(),
          nothing,
          new Courier.Question() {
            @Override
            public void answered(Content answer) {
              missing.decrementAndGet();
            }

            @Override
            public void failed() {
              // It counts as one that has not answered.
            }
          });
    }
    Waits.until(environment, bound, () -> missing.get() == 0);
    return missing.get();
  }
}
