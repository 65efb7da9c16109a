package dev.orbit.transport.internal;

import dev.orbit.proto.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which of the streams that one end has opened one after the other is the last.
 *
 * <p>An end that has lost a connection opens another and goes on, while this one may not have
 * noticed the loss yet and may still read what was sent before it. So whoever greets in place of
 * earlier streams is greeted only when those are closed and nothing more of them is taken: what is
 * sent over the later stream never overtakes what was sent over an earlier one, but finds it taken
 * or lost. Its sender knows of what was lost that it does not know. A stream that is opened beside
 * one that is still used leaves that one alone: its end sees to the order itself.
 *
 * <p>Thread-safe. There are as many entries as there are open streams, at most.
 */
final class Successions {
  private record Place(long session, int connection) {}

  private record Entry(InboundStream stream, long generation) {}

  /** The streams of each place that are not over, the earliest first. The lists do not change. */
  private final Map<Place, List<Entry>> places = new ConcurrentHashMap<>();

  /**
   * Puts a stream in the place of those before it.
   *
   * @param andThen run on the loop of the stream as soon as nothing is taken from the earlier ones;
   *     not run where a later one is there already
   * @return false if a later one is there, or one of another end
   */
  boolean take(Content.Succession succession, InboundStream stream, Runnable andThen) {
    if (succession.session() == 0) {
      andThen.run();
      return true;
    }
    List<Entry> earlier = new ArrayList<>();
    boolean[] taken = new boolean[1];
    places.compute(
        placeOf(succession),
        (_, present) -> {
          earlier.clear();
          taken[0] = present == null || isLater(succession, stream, present.getLast());
          if (!taken[0]) {
            return present;
          }
          List<Entry> now = new ArrayList<>();
          if (present != null) {
            (succession.beside() ? now : earlier).addAll(present);
          }
          now.add(new Entry(stream, succession.generation()));
          return List.copyOf(now);
        });
    if (taken[0]) {
      endAll(earlier, stream, andThen);
    }
    return taken[0];
  }

  private static boolean isLater(
      Content.Succession succession, InboundStream stream, Entry present) {
    return succession.generation() > present.generation && stream.isOfSameEnd(present.stream);
  }

  private static void endAll(List<Entry> earlier, InboundStream stream, Runnable andThen) {
    if (earlier.isEmpty()) {
      stream.onLoop(andThen);
    } else {
      earlier
          .getFirst()
          .stream
          .giveWay(() -> endAll(earlier.subList(1, earlier.size()), stream, andThen));
    }
  }

  /** The stream is over. */
  void leave(Content.Succession succession, InboundStream stream) {
    places.computeIfPresent(placeOf(succession), (_, entries) -> without(stream, entries));
  }

  private static @Nullable List<Entry> without(InboundStream stream, List<Entry> entries) {
    List<Entry> left = entries.stream().filter(entry -> entry.stream != stream).toList();
    return left.isEmpty() ? null : left;
  }

  private static Place placeOf(Content.Succession succession) {
    return new Place(succession.session(), succession.connection());
  }
}
