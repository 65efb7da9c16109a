package dev.orbit.faults.agreement;

import dev.orbit.api.error.NotExecutedException;
import dev.orbit.faults.MonotonicClock;
import dev.orbit.faults.Stamps;
import dev.orbit.raft.consensus.ConsensusEngine;
import dev.orbit.testkit.history.RegisterModel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers of the registers, each with one call under way. Which registers are used changes every
 * few seconds, so that a call whose outcome nobody knows burdens the search for an order only a
 * while.
 */
final class Workload {
  private static final int CALLERS = 2;
  private static final int REGISTERS = 4;
  private static final long USED_FOR = TimeUnit.SECONDS.toNanos(3);

  private final ConsensusEngine engine;
  private final Stamps stamps;
  private final String life;
  private final List<Thread> callers = new ArrayList<>();
  private volatile boolean finished;

  Workload(ConsensusEngine engine, Stamps stamps, String life) {
    this.engine = engine;
    this.stamps = stamps;
    this.life = life;
    for (int i = 0; i < CALLERS; i++) {
      String writer = life + "." + i;
      callers.add(Thread.ofPlatform().daemon().name(writer).start(() -> run(writer)));
    }
  }

  /** Lets each caller end its call, and returns when they have. */
  void finish() throws InterruptedException {
    finished = true;
    for (Thread caller : callers) {
      caller.join();
    }
  }

  /** One call beside the others; returns when it was answered. */
  void ping(int number) {
    call(
        new Registers.Command(
            life + ".ping" + number, 0, -1 - number, new RegisterModel.Call.Read()));
  }

  private void run(String writer) {
    Random random = new Random();
    Map<Long, Long> seen = new HashMap<>();
    for (int sequence = 0; !finished; sequence++) {
      long window = MonotonicClock.nanos() / USED_FOR;
      long key = window * REGISTERS + random.nextInt(REGISTERS);
      RegisterModel.Call call = draw(random, seen.get(key));
      try {
        String answer = call(new Registers.Command(writer, sequence, key, call));
        if (call instanceof RegisterModel.Call.Read && !answer.equals("empty")) {
          seen.put(key, Long.parseLong(answer));
        }
      } catch (CompletionException e) {
        // Noted where it was made. What nobody leads is not asked without a rest.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5 + random.nextInt(30)));
    }
  }

  private static RegisterModel.Call draw(Random random, Long seen) {
    int chance = random.nextInt(10);
    if (chance < 4) {
      return new RegisterModel.Call.Read();
    }
    return chance < 8 || seen == null
        ? new RegisterModel.Call.Write(random.nextLong())
        : new RegisterModel.Call.CompareAndSet(seen, random.nextLong());
  }

  private String call(Registers.Command command) {
    stamps.add("call", command.writer(), command.sequence(), command.key(), words(command.call()));
    try {
      byte[] bytes = engine.submit(command.encode()).toCompletableFuture().join();
      String answer = new String(bytes, StandardCharsets.UTF_8);
      stamps.add("ok", command.writer(), command.sequence(), answer);
      return answer;
    } catch (CompletionException e) {
      String outcome = e.getCause() instanceof NotExecutedException ? "not" : "unknown";
      stamps.add(outcome, command.writer(), command.sequence());
      throw e;
    }
  }

  private static String words(RegisterModel.Call call) {
    return switch (call) {
      case RegisterModel.Call.Read() -> "read";
      case RegisterModel.Call.Write(long value) -> "write " + value;
      case RegisterModel.Call.CompareAndSet(long expected, long next) ->
          "swap " + expected + " " + next;
    };
  }
}
