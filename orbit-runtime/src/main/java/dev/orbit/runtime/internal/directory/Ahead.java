package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the former owner of a partition is asked of single actors, while the partition's entries are
 * on their way as a whole: of those that somebody calls, so that these need not wait for the
 * others. Everything here happens under the seat's monitor.
 *
 * <p>The former owner grants nothing any more, so what it says of an actor is what its entry is; or
 * that the actor is nowhere, and then it stays nowhere until this node grants it. From then on the
 * actor is <em>known</em>, and treated as if all entries were there; the entry that comes with the
 * others says nothing new and may be out of date. An actor of which it has not answered waits for
 * the others.
 */
final class Ahead {
  /** Questions under way for one partition; who comes beyond is asked for by a later tick. */
  static final int MOST_OPEN = 64;

  /** Actors that are known ahead in one partition; those beyond wait for the others. */
  static final int MOST_KNOWN = 10_000;

  private final Seat seat;
  private final Surroundings around;
  private final MemberId source;
  private final long since;
  private final Map<AddressableReference, Lookup> open = new HashMap<>(0);
  private final Set<AddressableReference> known = new HashSet<>(0);
  private boolean mute;

  /**
   * Nothing is known yet.
   *
   * @param source the former owner
   * @param since the view by which it is the former one
   */
  Ahead(Seat seat, Surroundings around, MemberId source, long since) {
    this.seat = seat;
    this.around = around;
    this.source = source;
    this.since = since;
  }

  /** Whether the actor need not wait for the entries of the others. */
  boolean knows(AddressableReference address) {
    return known.contains(address)
        || (!around.rules().awaitsAnswers() && open.containsKey(address));
  }

  /** Asks for those that wait and were not asked for. */
  void ask(Collection<Waiting> waiting, Effects effects) {
    for (Waiting next : waiting) {
      if (mute || open.size() >= MOST_OPEN) {
        return;
      }
      ask(next.address(), effects);
    }
  }

  /** Asks for an actor, unless it is asked for or known already, or too many are. */
  void ask(AddressableReference address, Effects effects) {
    if (mute
        || open.size() >= MOST_OPEN
        || known.size() + open.size() >= MOST_KNOWN
        || known.contains(address)
        || open.containsKey(address)) {
      return;
    }
    Lookup question = new Lookup(address);
    open.put(address, question);
    effects.add(() -> around.courier().ask(source, since, new Content.Lookup(address), question));
  }

  /** A view was applied: a member that has left answers nothing any more. */
  void apply(ClusterView view) {
    if (!view.contains(source)) {
      mute = true;
      open.clear();
    }
  }

  /** Takes an answer; whether an actor is known by it. */
  private boolean learn(Lookup question, Content answer, Tenure tenure, ClusterView view) {
    AddressableReference address = question.address;
    if (!open.remove(address, question)) {
      return false;
    }
    switch (answer) {
      case Content.Hosted(MemberId host, long activation, var fence) -> {
        // What this node hosts is in its table, or is over.
        if (!host.equals(around.self()) && view.contains(host)) {
          tenure.take(new Content.Entry(address, host, activation, fence), around.host(), view);
        }
      }
      case Content.Nowhere() -> {
        // It may be granted.
      }
      default -> {
        // It has not had the entries, or has them no more.
        mute = true;
        return false;
      }
    }
    known.add(address);
    return true;
  }

  private final class Lookup implements Courier.Question {
    private final AddressableReference address;

    Lookup(AddressableReference address) {
      this.address = address;
    }

    @Override
    public void answered(Content answer) {
      seat.learn(Ahead.this, (tenure, view) -> learn(this, answer, tenure, view));
    }

    @Override
    public void failed() {
      synchronized (seat) {
        // Asked again at a tick, if somebody still waits for it.
        open.remove(address, this);
      }
    }
  }
}
