package dev.orbit.benchmarks.contenders;

import dev.orbit.benchmarks.harness.Worker;
import dev.orbit.benchmarks.harness.Workload;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * The bound for local calls: mailboxes that are emptied on virtual threads, and nothing else. Takes
 * the size of the text.
 */
public final class BareMailbox {
  private static final int MAILBOXES = 1_024;

  private BareMailbox() {}

  public static void main(String[] args) throws IOException {
    String text = "x".repeat(Integer.parseInt(args[0]));
    Mailbox[] mailboxes =
        IntStream.range(0, MAILBOXES).mapToObj(i -> new Mailbox()).toArray(Mailbox[]::new);
    Workload.Blocking local =
        caller -> {
          if (!text.equals(mailboxes[caller % MAILBOXES].call(text))) {
            throw new IllegalStateException("a wrong answer");
          }
        };
    Worker.serve("", Map.of("local", local));
  }

  private record Letter(String text, CompletableFuture<String> answer) {}

  private static final class Mailbox implements Runnable {
    private final ConcurrentLinkedQueue<Letter> letters = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    String call(String text) {
      Letter letter = new Letter(text, new CompletableFuture<>());
      letters.add(letter);
      schedule();
      return letter.answer.join();
    }

    private void schedule() {
      if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
        Thread.startVirtualThread(this);
      }
    }

    @Override
    public void run() {
      for (Letter next = letters.poll(); next != null; next = letters.poll()) {
        next.answer.complete(next.text);
      }
      scheduled.set(false);
      if (!letters.isEmpty()) {
        schedule();
      }
    }
  }
}
