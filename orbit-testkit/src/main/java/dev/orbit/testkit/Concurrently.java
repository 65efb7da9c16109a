package dev.orbit.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does the same to several things at once, because nodes wait for each other when they start. */
final class Concurrently {
  private Concurrently() {}

  /** Returns when all are done; throws the first failure, the others suppressed. */
  static <T> void forEach(Collection<T> elements, Consumer<T> action) {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> futures = new ArrayList<>();
      for (T element : elements) {
        futures.add(executor.submit(() -> action.accept(element)));
      }
      Throwable failure = null;
      for (Future<?> future : futures) {
        failure = merged(failure, failureOf(future));
      }
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
    }
  }

  private static @Nullable Throwable failureOf(Future<?> future) {
    try {
      future.get();
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new IllegalStateException("interrupted while nodes were started or stopped", e);
    }
  }

  private static @Nullable Throwable merged(@Nullable Throwable first, @Nullable Throwable second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    first.addSuppressed(second);
    return first;
  }
}
