package dev.orbit.benchmarks.calls;

import java.time.Duration;
import java.util.List;

/** One way to make the same exchange. */
sealed interface Variant {
  /** Makes calls for that long and returns what they took. */
  Recorder run(Duration time) throws InterruptedException;

  /** Messages on a bare gRPC stream. */
  record Raw(RawEchoClient client, int outstanding) implements Variant {
    @Override
    public Recorder run(Duration time) throws InterruptedException {
      Recorder recorder = new Recorder(outstanding, time.toNanos());
      client.run(outstanding, recorder);
      return recorder;
    }
  }

  /** Actor calls by callers that block, each on a virtual thread of its own. */
  record Blocking(List<Echo> actors, int callers, String text) implements Variant {
    @Override
    public Recorder run(Duration time) throws InterruptedException {
      Recorder recorder = new Recorder(callers, time.toNanos());
      for (int caller = 0; caller < callers; caller++) {
        Echo actor = actors.get(caller % actors.size());
        Thread.startVirtualThread(() -> callUntilOver(actor, recorder));
      }
      recorder.awaitAll();
      return recorder;
    }

    private void callUntilOver(Echo actor, Recorder recorder) {
      try {
        long began;
        do {
          began = System.nanoTime();
          if (!text.equals(actor.echo(text))) {
            throw new IllegalStateException("a wrong answer");
          }
        } while (recorder.record(System.nanoTime() - began));
      } catch (RuntimeException failure) {
        recorder.fail(failure);
      }
    }
  }

  /** Actor calls that return a stage; each answer makes the next call. */
  record Staged(List<Echo> actors, int callers, String text) implements Variant {
    @Override
    public Recorder run(Duration time) throws InterruptedException {
      Recorder recorder = new Recorder(callers, time.toNanos());
      for (int caller = 0; caller < callers; caller++) {
        call(actors.get(caller % actors.size()), recorder);
      }
      recorder.awaitAll();
      return recorder;
    }

    private void call(Echo actor, Recorder recorder) {
      long began = System.nanoTime();
      actor
          .echoLater(text)
          .whenComplete(
              (answer, failure) -> {
                if (failure != null) {
                  recorder.fail(failure);
                } else if (recorder.record(System.nanoTime() - began)) {
                  call(actor, recorder);
                }
              });
    }
  }
}
