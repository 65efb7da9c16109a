package dev.orbit.raft.internal.membership.grpc;

import dev.orbit.api.env.Environment;
import dev.orbit.proto.cluster.ViewStepProto;
import dev.orbit.raft.internal.cluster.ViewCodec;
import dev.orbit.raft.internal.cluster.ViewLog;
import dev.orbit.raft.internal.cluster.ViewStep;
import dev.orbit.raft.internal.concurrent.SerialQueue;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * All who follow the views at this voter.
 *
 * <p>A view changes on the thread that applies the log, which must not do work for each of a
 * thousand members: it wakes one round, and what changes while a round is under way waits for the
 * next. So while many join, each member is sent several changes at a time. A change is encoded once
 * for all.
 *
 * <p>Thread-safe.
 */
final class ViewWatchers {
  /** More changes than a round is behind, unless it is so slow that encoding again is no matter. */
  private static final int FRAMES = 64;

  private final ViewLog views;
  private final SerialQueue rounds;
  private final Set<ViewWatcher> watchers = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean woken = new AtomicBoolean();
  // The change to version v stands at v modulo the length.
  private final @Nullable ViewStepProto[] frames = new @Nullable ViewStepProto[FRAMES];

  ViewWatchers(Environment environment, ViewLog views) {
    this.views = views;
    this.rounds = new SerialQueue(environment.vitalThreads());
    views.onChange(this::wake);
  }

  /**
   * Sends the views from now on. To be called before the call's handler returns.
   *
   * @param from the newest view that the other end knows
   */
  void add(ServerCallStreamObserver<ViewStepProto> out, OptionalLong from) {
    ViewWatcher watcher = new ViewWatcher(this, out, from);
    watcher.listen();
    watchers.add(watcher);
    watcher.send();
  }

  void remove(ViewWatcher watcher) {
    watchers.remove(watcher);
  }

  ViewLog views() {
    return views;
  }

  private void wake() {
    if (woken.compareAndSet(false, true)) {
      rounds.execute(this::round);
    }
  }

  private void round() {
    // What changes from here on has the next round look.
    woken.set(false);
    watchers.forEach(ViewWatcher::send);
  }

  /** What is sent for a step. */
  ViewStepProto frame(ViewStep step) {
    if (!(step instanceof ViewStep.Change change)) {
      return ViewCodec.proto(step);
    }
    int place = (int) (change.delta().version() % FRAMES);
    synchronized (frames) {
      ViewStepProto known = frames[place];
      if (known == null || known.getDelta().getVersion() != change.delta().version()) {
        known = ViewCodec.proto(step);
        frames[place] = known;
      }
      return known;
    }
  }
}
