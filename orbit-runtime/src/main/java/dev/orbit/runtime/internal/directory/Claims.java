package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a host asks of the owner of one partition: registrations, and their ends. Everything here
 * happens under the seat's monitor.
 *
 * <p>A claim has at most one question open, and only its answer counts. A question that failed, or
 * was answered with a view to catch up with, is asked again at a tick or with the next view; the
 * owner takes a repeated registration for what it is by its activation number. An end that was told
 * in vain waits for the view that the owner named, and a little longer each time: a node that stops
 * has many of them, and owners have calls to serve.
 */
final class Claims {
  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

  /** Ends that the owner has not confirmed; those beyond heal when their actors are called. */
  private static final int MOST_LEAVING = 10_000;

  /**
   * Ends that the owner is told of at a time, but for urgent ones. A node that stops may have a
   * thousand in each of a thousand partitions: told at once, nearly all would be refused for want
   * of room, and telling them again and again would leave no processor for the answers. With the
   * usual number of partitions this is half of what may be under way to one node.
   */
  private static final int MOST_TOLD = 8;

  private final Seat seat;
  private final int partition;
  private final Surroundings around;
  private final Map<AddressableReference, Claim> claims = new HashMap<>(0);
  private final Map<AddressableReference, Leaving> leaving = new HashMap<>(0);

  Claims(Seat seat, int partition, Surroundings around) {
    this.seat = seat;
    this.partition = partition;
    this.around = around;
  }

  boolean isEmpty() {
    return claims.isEmpty() && leaving.isEmpty();
  }

  /** Puts a call behind those that wait for the same actor; false if none do. */
  boolean park(Arrival call, Effects effects) {
    Claim claim = claims.get(call.address());
    if (claim != null) {
      add(claim, call, effects);
      return true;
    }
    Leaving end = leaving.get(call.address());
    if (end != null && end.holds()) {
      add(end, call, effects);
      return true;
    }
    return false;
  }

  /**
   * Puts a call that has waited for an activation of this node before those that came when it was
   * over, behind others like it; false if none wait, and it is like any other.
   */
  boolean goesFirst(Arrival call, Effects effects) {
    Leaving end = leaving.get(call.address());
    if (end == null || claims.containsKey(call.address()) || !end.holds()) {
      return false;
    }
    if (around.park()) {
      // While calls are under way, those that were to go first may be gone already.
      end.calls.add(Math.min(end.first, end.calls.size()), call);
      end.first++;
    } else {
      effects.add(() -> call.turnAway(Arrival.Refusal.FULL));
    }
    return true;
  }

  private void add(Leaving end, Arrival call, Effects effects) {
    if (around.park()) {
      end.calls.add(call);
    } else {
      effects.add(() -> call.turnAway(Arrival.Refusal.FULL));
    }
  }

  private void add(Claim claim, Arrival call, Effects effects) {
    if (around.park()) {
      claim.calls.add(call);
    } else {
      effects.add(() -> call.turnAway(Arrival.Refusal.FULL));
    }
  }

  /** Claims an actor for a call that the owner has sent here. */
  void begin(Arrival call, Effects effects) {
    AddressableReference address = call.address();
    long activation = around.numbers().incrementAndGet();
    if (!around.host().mayActivate()) {
      // So that the owner sends the next call to somebody else.
      Leaving known = leaving.get(address);
      if (known == null || known.passing) {
        leave(address, activation, Parting.ENDED, effects);
      }
      sendBack(call, effects);
      return;
    }
    Claim claim = new Claim(address, activation);
    add(claim, call, effects);
    if (!claim.calls.isEmpty()) {
      claims.put(address, claim);
      leaving.remove(address);
      ask(claim, effects);
    }
  }

  /**
   * A node that drains lets a call go back to the owner, which then knows that the actor is not
   * here, and by the view that it will not be again. One that cannot say so refuses it.
   */
  private void sendBack(Arrival call, Effects effects) {
    Leaving end = leaving.get(call.address());
    if (end == null || !seat.isDraining()) {
      effects.add(() -> call.turnAway(Arrival.Refusal.ENDED));
    } else {
      add(end, call, effects);
    }
  }

  private void ask(Claim claim, Effects effects) {
    MemberId owner = seat.owner();
    if (owner == null || claim.passing) {
      return;
    }
    Registering question = new Registering(claim);
    claim.open = question;
    long version = seat.viewVersion();
    Content register = new Content.Register(claim.address, around.self(), claim.activation);
    effects.add(() -> around.courier().ask(owner, version, register, question));
  }

  /** Tells the owner that a registration is over. */
  void leave(AddressableReference address, long activation, Parting parting, Effects effects) {
    if (claims.containsKey(address) || leaving.size() >= MOST_LEAVING) {
      return;
    }
    Leaving known = leaving.get(address);
    if (known != null && !known.passing && known.activation >= activation) {
      return;
    }
    Leaving end = new Leaving(address, activation, parting);
    if (known != null && !known.passing) {
      end.calls = known.calls;
      end.first = known.first;
      known.calls = new ArrayList<>(0);
      known.open = null;
    }
    leaving.put(address, end);
    if (leaving.size() <= MOST_TOLD || end.isUrgent()) {
      tell(end, effects);
    }
  }

  private void tell(Leaving end, Effects effects) {
    MemberId owner = seat.owner();
    if (owner == null) {
      return;
    }
    Ending question = new Ending(end);
    end.open = question;
    long version = seat.viewVersion();
    Content content = end.onWire(around.self());
    effects.add(() -> around.courier().ask(owner, version, content, question));
  }

  /**
   * A view was applied.
   *
   * @param anew whether the owner may be another than the one that open questions went to
   */
  void apply(@Nullable MemberId owner, long version, boolean anew, Effects effects) {
    if (around.self().equals(owner)) {
      // What ended here is not in the table of this node, which is the directory now.
      leaving.clear();
      return;
    }
    for (Claim claim : claims.values()) {
      if (anew || (claim.open == null && claim.notBefore <= version)) {
        claim.open = null;
        ask(claim, effects);
      }
    }
    if (anew) {
      for (Leaving end : leaving.values()) {
        end.pause.reset();
        end.open = null;
      }
    }
    int told = told();
    for (Leaving end : leaving.values()) {
      if (end.open == null
          && !end.passing
          && (anew || end.notBefore <= version)
          && (told < MOST_TOLD || end.isUrgent())) {
        tell(end, effects);
        told++;
      }
    }
  }

  /** How many ends the owner has been told of and has not answered. */
  private int told() {
    int told = 0;
    for (Leaving end : leaving.values()) {
      if (end.open != null) {
        told++;
      }
    }
    return told;
  }

  /** Drops all claims; their calls, which keep their places among those that wait, in order. */
  List<Arrival> cancelAll() {
    List<Arrival> calls = new ArrayList<>();
    Iterator<Claim> all = claims.values().iterator();
    while (all.hasNext()) {
      Claim claim = all.next();
      if (!claim.passing) {
        calls.addAll(claim.calls);
        claim.calls = new ArrayList<>(0);
        all.remove();
      }
    }
    for (Leaving end : leaving.values()) {
      if (!end.passing) {
        calls.addAll(end.calls);
        end.calls = new ArrayList<>(0);
        end.first = 0;
      }
    }
    return calls;
  }

  void tick(long nowNanos, Effects effects) {
    Iterator<Claim> all = claims.values().iterator();
    List<Claim> abandoned = new ArrayList<>(0);
    while (all.hasNext()) {
      Claim claim = all.next();
      expire(claim.calls, nowNanos, effects);
      if (claim.calls.isEmpty() && !claim.passing) {
        all.remove();
        abandoned.add(claim);
      } else if (claim.open == null && claim.notBefore <= seat.viewVersion()) {
        ask(claim, effects);
      }
    }
    for (Claim claim : abandoned) {
      // Its grant may still come, and nobody would use it.
      leave(claim.address, claim.activation, Parting.ENDED, effects);
    }
    int told = told();
    for (Leaving end : leaving.values()) {
      expire(end.calls, nowNanos, effects);
      end.first = Math.min(end.first, end.calls.size());
      if (end.open == null
          && !end.passing
          && end.pause.tick()
          && end.notBefore <= seat.viewVersion()
          && (told < MOST_TOLD || end.isUrgent())) {
        tell(end, effects);
        told++;
      }
    }
  }

  private void expire(List<Arrival> calls, long nowNanos, Effects effects) {
    Iterator<Arrival> all = calls.iterator();
    while (all.hasNext()) {
      Arrival call = all.next();
      boolean expired = call.deadlineNanos() - nowNanos <= 0;
      if (expired || call.isOver()) {
        all.remove();
        around.unpark(1);
      }
      if (expired) {
        effects.add(() -> call.turnAway(Arrival.Refusal.EXPIRED));
      }
    }
  }

  private void answered(Registering question, Claim claim, Content answer) {
    seat.step(
        effects -> {
          if (claim.open == question && claims.get(claim.address) == claim) {
            claim.open = null;
            take(claim, answer, effects);
          }
        });
  }

  private void take(Claim claim, Content answer, Effects effects) {
    switch (answer) {
      case Content.Granted granted -> granted(claim, granted, effects);
      case Content.Hosted hosted when !hosted.host().equals(around.self()) -> {
        claim.passing = true;
        effects.add(() -> passOn(claim, hosted.host()));
      }
      case Content.Hosted _, Content.Superseded _ ->
          claim.activation = around.numbers().incrementAndGet();
      case Content.Refresh(long version) -> claim.notBefore = version;
      default -> {
        // Not an answer to this; asked again at the next tick.
      }
    }
  }

  private void granted(Claim claim, Content.Granted granted, Effects effects) {
    claims.remove(claim.address);
    List<Arrival> calls = claim.calls;
    around.unpark(calls.size());
    Grant grant = new Grant(partition, claim.activation, granted.fence());
    if (!around.host().mayActivate()) {
      leave(claim.address, claim.activation, new Parting(false, granted.carried()), effects);
      calls.forEach(call -> sendBack(call, effects));
    } else if (calls.isEmpty()
        || !activate(claim.address, grant, calls, granted.carried(), effects)) {
      leave(claim.address, claim.activation, new Parting(false, granted.carried()), effects);
    }
  }

  /** As the host; a defect of it must leave neither the calls nor the registration behind. */
  private boolean activate(
      AddressableReference address,
      Grant grant,
      List<Arrival> calls,
      Optional<Content.Carried> carried,
      Effects effects) {
    try {
      return around.host().activate(address, grant, calls, carried);
    } catch (RuntimeException e) {
      LOG.error("event=activation-defect actor={} grant={}", address, grant, e);
      calls.forEach(call -> effects.add(() -> call.turnAway(Arrival.Refusal.ENDED)));
      return false;
    }
  }

  /** Passes on in order: what comes while some are passed on waits until they are. */
  private void passOn(Claim claim, MemberId host) {
    for (; ; ) {
      List<Arrival> batch;
      synchronized (seat) {
        batch = claim.calls;
        around.unpark(batch.size());
        claim.calls = new ArrayList<>(1);
        if (batch.isEmpty()) {
          claims.remove(claim.address, claim);
          return;
        }
      }
      batch.forEach(call -> call.passOn(host, true));
    }
  }

  /** As {@link #passOn}, to the owner. */
  private void passBack(Leaving end) {
    for (; ; ) {
      List<Arrival> batch;
      MemberId owner;
      synchronized (seat) {
        batch = end.calls;
        around.unpark(batch.size());
        end.calls = new ArrayList<>(0);
        end.first = 0;
        owner = seat.owner();
        if (batch.isEmpty()) {
          leaving.remove(end.address, end);
          return;
        }
      }
      for (Arrival call : batch) {
        if (owner == null) {
          call.turnAway(Arrival.Refusal.NOBODY);
        } else {
          call.passOn(owner, false);
        }
      }
    }
  }

  private final class Registering implements Courier.Question {
    private final Claim claim;

    Registering(Claim claim) {
      this.claim = claim;
    }

    @Override
    public void answered(Content answer) {
      Claims.this.answered(this, claim, answer);
    }

    @Override
    public void failed() {
      synchronized (seat) {
        if (claim.open == this) {
          claim.open = null;
        }
      }
    }
  }

  private final class Ending implements Courier.Question {
    private final Leaving end;

    Ending(Leaving end) {
      this.end = end;
    }

    @Override
    public void answered(Content answer) {
      synchronized (seat) {
        if (end.open != this) {
          return;
        }
        end.open = null;
        if (!(answer instanceof Content.Done)) {
          if (answer instanceof Content.Refresh(long version)) {
            end.notBefore = version;
          }
          end.pause.begin();
          return;
        }
        end.passing = true;
      }
      passBack(end);
    }

    @Override
    public void failed() {
      synchronized (seat) {
        if (end.open == this) {
          end.open = null;
          end.pause.begin();
        }
      }
    }
  }
}
