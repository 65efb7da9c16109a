package dev.orbit.runtime.internal.reminder;

import dev.orbit.api.env.Environment;
import dev.orbit.api.state.ReminderStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves delivered reminders on in the store: what was delivered while a batch was being written
 * goes with the next. When the store fails the batch is written again until it succeeds or the node
 * stops; each move is bound to its occurrence, so that doing it twice does nothing.
 *
 * <p>Holds at most what the service holds. Thread-safe.
 */
final class ReminderMoves {
  private static final Logger LOG = LoggerFactory.getLogger(ReminderMoves.class);
  private static final int BATCH = 1_000;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Environment environment;
  private final ReminderStore store;
  private final Consumer<ReminderStore.Advance> done;
  private final List<ReminderStore.Advance> waiting = new ArrayList<>();
  private boolean writing;
  private boolean stopped;

  /**
   * No moves.
   *
   * @param done told of each that was written, also where it found nothing to move any more; called
   *     without locks of this object
   */
  ReminderMoves(
      Environment environment, ReminderStore store, Consumer<ReminderStore.Advance> done) {
    this.environment = environment;
    this.store = store;
    this.done = done;
  }

  synchronized void add(ReminderStore.Advance move) {
    waiting.add(move);
    writeIfIdle();
  }

  synchronized void stop() {
    stopped = true;
    waiting.clear();
  }

  private void writeIfIdle() {
    if (!writing && !stopped && !waiting.isEmpty()) {
      writing = true;
      environment.virtualThreads().execute(this::write);
    }
  }

  private void write() {
    List<ReminderStore.Advance> batch = take();
    try {
      store.advance(batch);
      batch.forEach(done);
      ended();
    } catch (RuntimeException e) {
      LOG.warn("event=reminders-not-moved count={} reason={} next=retry", batch.size(), "" + e);
      again(batch);
    }
  }

  private synchronized List<ReminderStore.Advance> take() {
    List<ReminderStore.Advance> head = waiting.subList(0, Math.min(BATCH, waiting.size()));
    List<ReminderStore.Advance> batch = List.copyOf(head);
    head.clear();
    return batch;
  }

  private synchronized void ended() {
    writing = false;
    writeIfIdle();
  }

  private synchronized void again(List<ReminderStore.Advance> batch) {
    if (!stopped) {
      waiting.addAll(0, batch);
      environment.schedule(PAUSE, this::ended);
    }
  }
}
