package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets the calls of this node to one actor through, and keeps those for which there is no room.
 *
 * <p>It begins with as many as have got in, and opens by one with each answer, up to what the host
 * allows. A turn that is long, beside which others may run, must not keep it closed: where nothing
 * is heard for a while it opens a little by itself. What does not get in closes it again.
 *
 * <p>Its fields are guarded by itself; calls are sent by one thread at a time, outside its lock.
 */
final class Door {
  /** How long a refusal keeps a door that nothing else is heard of. */
  private static final long REFUSAL_NANOS = Duration.ofSeconds(5).toNanos();

  /**
   * How long a refusal is remembered that no later call has carried to the host: longer than the
   * host does, so that none is refused for that alone.
   */
  private static final long BARRIER_NANOS = Duration.ofSeconds(35).toNanos();

  /** A host that says more is not believed. */
  private static final long LONGEST_MILLIS = Duration.ofMinutes(1).toMillis();

  /** After so long without an answer it opens by itself. */
  static final Duration SILENCE = Duration.ofSeconds(1);

  /** The first turn of those that were not sent. */
  private static final long FRESH = 1L << 62;

  private final WaitingRoom room;
  private final Environment environment;
  private final AddressableReference actor;
  // By their turns: those that were refused, as they were sent, before those not sent yet.
  private final TreeMap<Long, Held> queue = new TreeMap<>();
  private long turns;
  private long number = Headers.NOTHING_HEARD;
  private long limit = Long.MAX_VALUE;

  /** How many may be unanswered until more answers have come; 0 before anything is known. */
  private long open;

  private long unanswered;
  private Verdict last = Verdict.NONE;
  private long refusedNanos;
  private long heardNanos;
  private boolean isAnswered = true;
  private long validUntilNanos;
  private @Nullable Long pausedUntilNanos;
  private @Nullable Long wakesNanos;
  private boolean sending;
  private boolean over;

  Door(WaitingRoom room, Environment environment, AddressableReference actor) {
    this.room = room;
    this.environment = environment;
    this.actor = actor;
    this.heardNanos = environment.nanoTime();
    this.validUntilNanos = heardNanos + REFUSAL_NANOS;
  }

  /**
   * What a refusal says.
   *
   * @param number what later calls have to carry
   * @param pause when to try again, where no answer tells that there is room
   * @param words what it says to people
   */
  record Verdict(long number, Duration pause, String words) {
    /** When to try again where nobody has said so. */
    static final Duration SOON = Duration.ofMillis(10);

    static final Verdict NONE = new Verdict(Headers.NOTHING_HEARD, SOON, "");

    static Verdict of(Reply refusal) {
      NotExecutedException reason = refusal.notExecuted().orElse(null);
      return reason == null
          ? new Verdict(refusal.credit(), SOON, "")
          : new Verdict(
              refusal.credit(), reason.retryAfter().orElse(SOON), "; " + reason.description());
    }
  }

  enum Entry {
    ADDED,
    FULL,
    /** The door is not used any more. */
    OVER
  }

  synchronized Entry add(Held held, boolean wasSent, Verdict verdict) {
    if (over) {
      return Entry.OVER;
    }
    if (queue.size() >= room.places()) {
      return Entry.FULL;
    }
    if (wasSent) {
      told(verdict);
    }
    long turn = wasSent ? turns++ : FRESH + turns++;
    queue.put(turn, held);
    held.standsBefore(this, turn);
    return Entry.ADDED;
  }

  /**
   * One that went through has been refused, and goes before those after it that were refused too.
   *
   * @return false if the door is not used any more
   */
  synchronized boolean takeBack(Held held, Verdict verdict) {
    if (over) {
      return false;
    }
    unanswered--;
    told(verdict);
    queue.put(held.turn(), held);
    held.standsBefore(this, held.turn());
    return true;
  }

  private void told(Verdict verdict) {
    long now = environment.nanoTime();
    number = verdict.number();
    last = verdict;
    refusedNanos = now;
    heardNanos = now;
    isAnswered = false;
    // As many as got in; where none did, one when the pause is over.
    open = Math.max(1, unanswered);
    pausedUntilNanos = unanswered == 0 ? now + verdict.pause().toNanos() : null;
    validUntilNanos = later(validUntilNanos, now + REFUSAL_NANOS);
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  /** Its host says how many may be unanswered; false if the door is not used any more. */
  boolean credited(Content.Credit credit) {
    synchronized (this) {
      if (over) {
        return false;
      }
      long now = environment.nanoTime();
      if (credit.messages() == 0) {
        // There was room for so many when many waited; now little does.
        open = Math.max(open, limit == Long.MAX_VALUE ? 1 : unanswered + limit);
        limit = Long.MAX_VALUE;
        validUntilNanos = now;
      } else {
        limit = credit.messages();
        long millis = Math.min(credit.validMillis(), LONGEST_MILLIS);
        validUntilNanos = now + Duration.ofMillis(millis).toNanos();
        // What was sent before is not counted: begin with little.
        open = open == 0 ? Math.max(1, limit / 8) : open;
      }
    }
    pump();
    return true;
  }

  /** One that went through has ended. */
  synchronized void ended(long carried, boolean ran) {
    unanswered--;
    heardNanos = environment.nanoTime();
    isAnswered |= ran && carried == number;
    pausedUntilNanos = null;
    if (ran && open < limit) {
      open++;
    }
  }

  /** What was said last of why there is no room. */
  synchronized Verdict last() {
    return last;
  }

  synchronized boolean remove(Held held) {
    return queue.remove(held.turn(), held);
  }

  /** Sends what may go, unless another thread does. */
  void pump() {
    synchronized (this) {
      if (sending || over) {
        return;
      }
      sending = true;
    }
    for (Held next = next(); next != null; next = next()) {
      next.go(this);
    }
  }

  /** The next that may go; null if none may, and then nobody sends any more. */
  private @Nullable Held next() {
    long wake;
    long due;
    synchronized (this) {
      long now = environment.nanoTime();
      boolean expired = now - validUntilNanos >= 0;
      if (expired) {
        limit = Long.MAX_VALUE;
      }
      boolean paused = pausedUntilNanos != null && now - pausedUntilNanos < 0;
      if (!paused && !queue.isEmpty() && mayGo(now)) {
        Held next = takeFirst();
        if (next != null) {
          unanswered++;
          next.goesWith(number);
          return next;
        }
      }
      sending = false;
      boolean isHeld = !isAnswered && now - refusedNanos < BARRIER_NANOS;
      if (queue.isEmpty() && expired && !isHeld) {
        over = true;
        room.forget(actor, this);
        return null;
      }
      due = nextLook(now, expired, paused);
      Long armed = wakesNanos;
      if (armed != null && armed - due <= 0) {
        return null;
      }
      wakesNanos = due;
      wake = Math.max(1, due - now);
    }
    environment.schedule(
        Duration.ofNanos(wake), () -> environment.virtualThreads().execute(() -> woken(due)));
    return null;
  }

  private boolean mayGo(long now) {
    if (unanswered >= limit) {
      return false;
    }
    if (unanswered >= Math.max(1, open)) {
      if (now - heardNanos < SILENCE.toNanos()) {
        return false;
      }
      heardNanos = now;
      open = unanswered + Math.max(1, unanswered / 2);
    }
    return true;
  }

  private long nextLook(long now, boolean expired, boolean paused) {
    Long pause = pausedUntilNanos;
    if (paused && pause != null) {
      return pause;
    }
    long due = expired ? now + REFUSAL_NANOS : validUntilNanos;
    // At its limit it does not open by itself.
    boolean opens = !queue.isEmpty() && unanswered < limit;
    long opening = heardNanos + SILENCE.toNanos();
    return opens && opening - due < 0 ? opening : due;
  }

  private void woken(long due) {
    synchronized (this) {
      if (wakesNanos != null && wakesNanos == due) {
        wakesNanos = null;
      }
    }
    pump();
  }

  /** Lets nobody wait. */
  void refuseAll() {
    for (Held held = takeFirst(); held != null; held = takeFirst()) {
      room.leavePlace(held);
      held.refuse();
    }
  }

  private synchronized @Nullable Held takeFirst() {
    Map.Entry<Long, Held> first = queue.pollFirstEntry();
    return first == null ? null : first.getValue();
  }
}
