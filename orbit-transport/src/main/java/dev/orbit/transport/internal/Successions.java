package dev.orbit.transport.internal;

import dev.orbit.proto.Content;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which of the streams that one end has opened one after the other is the last.
 *
 * <p>An end that has lost a connection opens another and goes on, while this one may not have
 * noticed the loss yet and may still read what was sent before it. So whoever greets in place of an
 * earlier stream is greeted only when that one is closed and nothing more of it is taken: what is
 * sent over the later stream never overtakes what was sent over the earlier one, but finds it taken
 * or lost. Its sender knows of what was lost that it does not know.
 *
 * <p>Thread-safe. There are as many entries as there are open streams, at most.
 */
final class Successions {
  private record Place(long session, int connection) {}

  private record Holder(InboundStream stream, long generation) {}

  private final Map<Place, Holder> places = new ConcurrentHashMap<>();

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
    Holder holder = new Holder(stream, succession.generation());
    // Of the map's function, which runs under its lock.
    InboundStream[] before = new InboundStream[1];
    Holder now =
        places.compute(
            placeOf(succession),
            (_, present) -> {
              if (present == null) {
                return holder;
              }
              if (present.generation >= holder.generation || !stream.isOfSameEnd(present.stream)) {
                return present;
              }
              before[0] = present.stream;
              return holder;
            });
    if (!holder.equals(now)) {
      return false;
    }
    @Nullable InboundStream earlier = before[0];
    if (earlier == null) {
      andThen.run();
    } else {
      earlier.giveWay(() -> stream.onLoop(andThen));
    }
    return true;
  }

  /** The stream is over. */
  void leave(Content.Succession succession, InboundStream stream) {
    places.computeIfPresent(
        placeOf(succession), (_, holder) -> holder.stream == stream ? null : holder);
  }

  private static Place placeOf(Content.Succession succession) {
    return new Place(succession.session(), succession.connection());
  }
}
