package dev.orbit.transport.internal;

import dev.orbit.api.env.Cancellable;
import dev.orbit.transport.HealthBoard;
import dev.orbit.transport.HealthBoard.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Function;

/**
 * The answers of a health service, in the words of that service.
 *
 * <p>A watcher gets the status at once and after each change. One that does not read gets only the
 * latest when it reads again, so that it costs the same however long it sleeps.
 *
 * @param <R> the answer
 */
final class HealthFeed<R> {
  private final HealthBoard board;
  private final Function<Optional<Status>, R> words;

  HealthFeed(HealthBoard board, Function<Optional<Status>, R> words) {
    this.board = board;
    this.words = words;
  }

  /** Answers with the present status; a service that is not known is an error. */
  void check(String service, StreamObserver<R> observer) {
    Optional<Status> status = board.status(service);
    if (status.isEmpty()) {
      observer.onError(
          io.grpc.Status.NOT_FOUND
              .withDescription(
                  "there is no health service '%s'; there are '', 'orbit' and 'raft'"
                      .formatted(service))
              .asRuntimeException());
      return;
    }
    observer.onNext(words.apply(status));
    observer.onCompleted();
  }

  /** Answers with the present status and each later one, until the watcher goes. */
  void watch(String service, StreamObserver<R> observer) {
    ServerCallStreamObserver<R> call = (ServerCallStreamObserver<R>) observer;
    Watcher watcher = new Watcher(service, call);
    Optional<Cancellable> watch = board.watch(watcher);
    if (watch.isEmpty()) {
      observer.onError(
          io.grpc.Status.RESOURCE_EXHAUSTED
              .withDescription(
                  "%d watch already, which is the limit".formatted(HealthBoard.MAX_WATCHERS))
              .asRuntimeException());
      return;
    }
    call.setOnCancelHandler(watch.get()::cancel);
    call.setOnCloseHandler(watch.get()::cancel);
    call.setOnReadyHandler(watcher);
    watcher.run();
  }

  private final class Watcher implements Runnable {
    private final String service;
    private final ServerCallStreamObserver<R> call;
    private boolean begun;
    private Optional<Status> told = Optional.empty();

    Watcher(String service, ServerCallStreamObserver<R> call) {
      this.service = service;
      this.call = call;
    }

    @Override
    public synchronized void run() {
      Optional<Status> now = board.status(service);
      boolean news = !begun || (!now.equals(told) && call.isReady());
      if (news && !call.isCancelled()) {
        begun = true;
        told = now;
        call.onNext(words.apply(now));
      }
    }
  }
}
