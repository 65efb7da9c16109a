package dev.orbit.client.internal.call;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A future that may be told to end as another one does. Thread-safe. */
public class Following<T extends @Nullable Object> extends Derived<T, T> {
  /** Ends as {@code source} does, unless it ends before. */
  public final void endAs(CompletableFuture<? extends T> source) {
    follow(source);
  }

  @Override
  protected void heard(T value, @Nullable Throwable failure) {
    if (failure == null) {
      complete(value);
    } else {
      completeExceptionally(failure);
    }
  }
}
