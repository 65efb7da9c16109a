package dev.orbit.runtime.internal.directory;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;

/**
 * Tells a member that the entries which it gave have arrived, until it has heard it: a node that
 * leaves waits for that. Telling it again changes nothing. Guarded by the monitor of {@link
 * Takeover}.
 */
final class Receipt implements Courier.Question {
  /** With the pauses between them more than ten seconds; then who waits has given up too. */
  private static final int MOST_TRIES = 40;

  private final Object monitor;
  private final Surroundings around;
  private final MemberId source;
  private final long since;
  private final Content.EntriesRequest received;
  private final Pause pause = new Pause();
  private int tries;
  private boolean open;
  private boolean heard;

  /**
   * A receipt that is not told yet.
   *
   * @param received what tells it
   * @param since the view by which the entries were asked for
   */
  Receipt(
      Object monitor,
      Surroundings around,
      MemberId source,
      long since,
      Content.EntriesRequest received) {
    this.monitor = monitor;
    this.around = around;
    this.source = source;
    this.since = since;
    this.received = received;
  }

  MemberId source() {
    return source;
  }

  /** Whether there is no use in telling it again. */
  boolean isDone() {
    return heard || (!open && tries >= MOST_TRIES);
  }

  void tell(Effects effects) {
    open = true;
    tries++;
    effects.add(() -> around.courier().ask(source, since, received, this));
  }

  void tick(Effects effects) {
    if (!open && !isDone() && pause.tick()) {
      tell(effects);
    }
  }

  @Override
  public void answered(Content answer) {
    settle(answer instanceof Content.EntriesResponse);
  }

  @Override
  public void failed() {
    settle(false);
  }

  private void settle(boolean now) {
    synchronized (monitor) {
      if (open) {
        open = false;
        heard = now;
        pause.begin();
      }
    }
  }
}
