package dev.orbit.runtime;

import dev.orbit.api.ActorContext;
import dev.orbit.api.Reentrant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Desks and halls, and the gates by which a test holds their turns up. */
final class Desks {
  private static final Map<String, CountDownLatch> GATES = new ConcurrentHashMap<>();
  private static final List<String> LINES = new CopyOnWriteArrayList<>();

  private Desks() {}

  /** What turns did, in order. */
  static List<String> lines() {
    return List.copyOf(LINES);
  }

  static void write(String line) {
    LINES.add(line);
  }

  /** Lets everybody through the gate of that name. */
  static void open(String gate) {
    gate(gate).countDown();
  }

  static void pass(String gate) {
    try {
      if (!gate(gate).await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody opened " + gate);
      }
    } catch (InterruptedException e) {
      write("interrupted at " + gate);
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static CountDownLatch gate(String name) {
    return GATES.computeIfAbsent(name, _ -> new CountDownLatch(1));
  }

  static Class<?>[] actors() {
    return new Class<?>[] {Plain.class, Open.class, Chained.class, HallActor.class};
  }

  static final class Plain extends Common implements Desk.Plain {
    Plain(ActorContext context) {
      super(context);
    }
  }

  @Reentrant
  static final class Open extends Common implements Desk.Open {
    Open(ActorContext context) {
      super(context);
    }
  }

  @Reentrant(Reentrant.Scope.CALL_CHAIN)
  static final class Chained extends Common implements Desk.Chained {
    Chained(ActorContext context) {
      super(context);
    }
  }

  abstract static class Common implements Desk {
    private final ActorContext context;
    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private int count;

    Common(ActorContext context) {
      this.context = context;
    }

    private void entered(String what) {
      write(what);
      if (running.incrementAndGet() != 1) {
        write("overlap in " + what);
      }
    }

    private void left() {
      running.decrementAndGet();
    }

    private Hall hall(String name) {
      return context.actors().get(Hall.class, name);
    }

    @Override
    public String visit(String hall) {
      entered("visit " + hall);
      left();
      String answer = hall(hall).enter("visitor");
      entered("back from " + hall);
      left();
      return answer;
    }

    @Override
    public CompletionStage<String> visitLater(String hall) {
      entered("visit " + hall);
      left();
      return hall(hall).enterLater();
    }

    @Override
    public String comeBackThrough(String hall) {
      return hall(hall).callBack(context.address().type(), context.address().key().toString());
    }

    @Override
    public String name() {
      entered("name");
      left();
      return context.address().toString();
    }

    @Override
    public int add() {
      entered("add");
      int before = count;
      count = before + 1;
      left();
      int passed = hall("pass-" + before % 8).pass(1);
      entered("added");
      count += passed - 1;
      left();
      return count;
    }

    @Override
    public String look(String gate) {
      write("look " + gate);
      if (running.get() != 0) {
        write("overlap in look " + gate);
      }
      readers.incrementAndGet();
      Desks.pass(gate);
      readers.decrementAndGet();
      return "seen";
    }

    @Override
    public String change(String gate) {
      entered("change " + gate);
      if (readers.get() != 0) {
        write("overlap in change " + gate);
      }
      Desks.pass(gate);
      left();
      return "changed";
    }

    @Override
    public CompletionStage<String> changeLater(String gate) {
      return CompletableFuture.completedFuture(change(gate));
    }

    @Override
    public String peek() {
      entered("peek");
      left();
      return "peeked";
    }
  }

  static final class HallActor implements Desk.Hall {
    private final ActorContext context;

    HallActor(ActorContext context) {
      this.context = context;
    }

    @Override
    public String enter(String who) {
      write("entered " + context.address().key());
      Desks.pass(context.address().key().toString());
      return "entered";
    }

    @Override
    public CompletionStage<String> enterLater() {
      write("entered " + context.address().key());
      Desks.pass(context.address().key().toString());
      return CompletableFuture.completedFuture("entered");
    }

    @Override
    public String callBack(String type, String key) {
      return switch (type) {
        case "test.Desk" -> context.actors().get(Desk.Plain.class, key).name();
        case "test.OpenDesk" -> context.actors().get(Desk.Open.class, key).name();
        default -> context.actors().get(Desk.Chained.class, key).name();
      };
    }

    @Override
    public int pass(int value) {
      return value;
    }
  }
}
