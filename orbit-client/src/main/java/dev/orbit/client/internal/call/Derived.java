package dev.orbit.client.internal.call;

import dev.orbit.transport.future.Announced;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A future that ends when another one has, in the way that {@link #heard} says. Cancelling it
 * cancels the one that it follows.
 *
 * <p>One object on the way of each call in place of the four that two stages and their links would
 * be: it listens to the one that it follows, and the first that follows it listens to it ({@link
 * Announced}).
 *
 * <p>Thread-safe; it follows one future after another, by whoever has seen the last one end.
 *
 * @param <S> what the other one gives
 * @param <T> what this one gives
 */
public abstract class Derived<S extends @Nullable Object, T extends @Nullable Object>
    extends Announced<T> implements BiConsumer<S, @Nullable Throwable> {
  private volatile @Nullable CompletableFuture<? extends S> followed;

  /**
   * Ends, or follows another, by how the one that it follows has ended. What it throws becomes the
   * failure: nobody else would hear of it, and who waits would wait for ever.
   */
  protected abstract void heard(S value, @Nullable Throwable failure);

  @Override
  public final void accept(S value, @Nullable Throwable failure) {
    try {
      heard(value, failure);
    } catch (RuntimeException | Error e) {
      completeExceptionally(e);
    }
  }

  /** Hears of the end of {@code source}, which is cancelled if this one is, or was. */
  protected final void follow(CompletableFuture<? extends S> source) {
    followed = source;
    if (isCancelled()) {
      source.cancel(true);
    }
    if (!listens(source, this)) {
      var _ = source.whenComplete(this);
    }
  }

  /** Fails, and calls off what it waits for; does nothing if it has ended. */
  protected final void giveUp(Throwable reason) {
    if (completeExceptionally(reason)) {
      cancelFollowed();
    }
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    boolean cancelled = super.cancel(mayInterrupt);
    if (cancelled) {
      cancelFollowed();
    }
    return cancelled;
  }

  /** Follows nobody any more; to be said by who outlives the call, once it has ended. */
  protected final void forget() {
    followed = null;
  }

  /** Cancels the one that it follows. */
  protected final void cancelFollowed() {
    CompletableFuture<? extends S> present = followed;
    if (present != null) {
      present.cancel(true);
    }
  }
}
