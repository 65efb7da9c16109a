package dev.orbit.transport.internal;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.proto.Content;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Messages to actors to whom a large payload is on its way: they leave after the message that it
 * belongs to, so that the order of calls to one actor holds whatever their size. All that is here
 * has its share of the outbox's bounds. Thread-safe.
 */
final class HeldBack {
  private static final class Held {
    final @Nullable AddressableReference target;
    final Outgoing message;
    boolean ready;

    Held(@Nullable AddressableReference target, Outgoing message, boolean ready) {
      this.target = target;
      this.message = message;
      this.ready = ready;
    }
  }

  private final Outbox outbox;

  // Guarded by this.
  private final Map<AddressableReference, ArrayDeque<Held>> byTarget = new HashMap<>();
  private final IdentityHashMap<Outgoing, Held> carried = new IdentityHashMap<>();

  /** For those who come by while nothing is here. */
  private final AtomicInteger size = new AtomicInteger();

  HeldBack(Outbox outbox) {
    this.outbox = outbox;
  }

  private static @Nullable AddressableReference targetOf(Content content) {
    return content instanceof Content.InvocationRequest request ? request.reference() : null;
  }

  /** Holds a message back, if another to the same actor is; tells whether it does. */
  boolean isBehind(Content content, Outgoing message) {
    if (size.get() == 0) {
      return false;
    }
    AddressableReference target = targetOf(content);
    if (target == null) {
      return false;
    }
    synchronized (this) {
      ArrayDeque<Held> queue = byTarget.get(target);
      if (queue == null) {
        return false;
      }
      queue.add(new Held(target, message, true));
      size.incrementAndGet();
      return true;
    }
  }

  /** Holds a message back whose payload is on its way. */
  synchronized void begin(Content content, Outgoing message) {
    Held held = new Held(targetOf(content), message, false);
    carried.put(message, held);
    size.incrementAndGet();
    if (held.target != null) {
      byTarget.computeIfAbsent(held.target, target -> new ArrayDeque<>()).add(held);
    }
  }

  /** Its payload is there, or with it: it may go in its turn. False if it is not here. */
  synchronized boolean go(Outgoing message) {
    Held held = carried.remove(message);
    if (held == null) {
      return false;
    }
    held.ready = true;
    if (held.target == null) {
      leave(held);
    } else {
      goOn(held.target);
    }
    return true;
  }

  /** Takes a message out that does not go after all; its room is its sender's to give back. */
  synchronized void withdraw(Outgoing message) {
    Held held = carried.remove(message);
    if (held == null) {
      return;
    }
    size.decrementAndGet();
    if (held.target != null) {
      ArrayDeque<Held> queue = byTarget.get(held.target);
      if (queue != null) {
        queue.remove(held);
        goOn(held.target);
      }
    }
  }

  private void goOn(AddressableReference target) {
    ArrayDeque<Held> queue = byTarget.get(target);
    if (queue == null) {
      return;
    }
    Held first = queue.peek();
    while (first != null && (first.ready || first.message.isOver())) {
      queue.remove();
      carried.remove(first.message);
      leave(first);
      first = queue.peek();
    }
    if (queue.isEmpty()) {
      byTarget.remove(target);
    }
  }

  /** Into the outbox; what is over gives its room back. */
  private void leave(Held held) {
    if (held.message.isOver()) {
      outbox.release(held.message);
    } else {
      outbox.enter(held.message);
    }
    // Last: who sees nobody here comes after all that were.
    size.decrementAndGet();
  }

  /** Lets go of what nobody waits for. */
  void discardOver() {
    discardIf(Outgoing::isOver);
  }

  /** Lets go of what is over, and of what has no answer and was put in by then. */
  void discard(long until) {
    discardIf(
        message -> message.isOver() || (!message.isRequest() && message.queuedAt() - until <= 0));
  }

  private void discardIf(Predicate<Outgoing> useless) {
    if (size.get() == 0) {
      return;
    }
    synchronized (this) {
      for (Held held : List.copyOf(carried.values())) {
        if (held.target == null && useless.test(held.message)) {
          carried.remove(held.message);
          discard(held);
        }
      }
      for (AddressableReference target : new ArrayList<>(byTarget.keySet())) {
        ArrayDeque<Held> queue = byTarget.get(target);
        if (queue != null) {
          queue.removeIf(
              held -> {
                boolean discarded = useless.test(held.message);
                if (discarded) {
                  carried.remove(held.message);
                  discard(held);
                }
                return discarded;
              });
          goOn(target);
        }
      }
    }
  }

  private void discard(Held held) {
    outbox.release(held.message);
    size.decrementAndGet();
  }
}
