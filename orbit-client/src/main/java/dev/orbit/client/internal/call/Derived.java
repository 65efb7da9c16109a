package dev.orbit.client.internal.call;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A future that ends when another one has, in the way that {@link #heard} says. Cancelling it
 * cancels the one that it follows.
 *
 * <p>One object on the way of each call in place of the four that two stages and their links would
 * be: the first that follows it, or listens by {@link #onEnd}, is called by whoever ends it,
 * without a stage between, and after those that have one.
 *
 * <p>Thread-safe; it follows one future after another, by whoever has seen the last one end.
 *
 * @param <S> what the other one gives
 * @param <T> what this one gives
 */
public abstract class Derived<S extends @Nullable Object, T extends @Nullable Object>
    extends CompletableFuture<T> implements BiConsumer<S, @Nullable Throwable> {
  private static final Logger LOG = LoggerFactory.getLogger(Derived.class);

  @SuppressWarnings("rawtypes")
  private static final AtomicReferenceFieldUpdater<Derived, @Nullable Object> LISTENER =
      AtomicReferenceFieldUpdater.<Derived, @Nullable Object>newUpdater(
          Derived.class, Object.class, "listener");

  /** In place of a listener once it has ended and has told so. */
  private static final Object TOLD = new Object();

  private volatile @Nullable CompletableFuture<? extends S> followed;
  private volatile @Nullable Object listener;

  /**
   * Ends, or follows another, by how the one that it follows has ended. What it throws becomes the
   * failure: nobody else would hear of it, and who waits would wait for ever.
   */
  protected abstract void heard(S value, @Nullable Throwable failure);

  /** It has ended, and who listened by then has heard. Called once, by whoever has ended it. */
  protected void ended() {}

  /**
   * Has {@code listener} hear of the end of {@code source}, on the thread that ends it or, if it
   * has ended, on this one. What the listener throws is logged.
   */
  public static <T extends @Nullable Object> void onEnd(
      CompletableFuture<T> source, BiConsumer<? super T, ? super @Nullable Throwable> listener) {
    if (!listens(source, listener)) {
      var _ = source.whenComplete((value, failure) -> hear(listener, value, failure));
    }
  }

  /** One listens without a stage; more of them, and who comes after the end, need one. */
  private static boolean listens(CompletableFuture<?> source, BiConsumer<?, ?> listener) {
    return source instanceof Derived<?, ?> derived
        && derived.listener == null
        && LISTENER.compareAndSet(derived, null, listener);
  }

  private static <T extends @Nullable Object> void hear(
      BiConsumer<? super T, ? super @Nullable Throwable> listener,
      T value,
      @Nullable Throwable failure) {
    try {
      listener.accept(value, failure);
    } catch (RuntimeException | Error e) {
      LOG.error("event=listener-failed", e);
    }
  }

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
  public boolean complete(T value) {
    boolean ends = super.complete(value);
    if (ends) {
      tell(value, null);
    }
    return ends;
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    boolean ends = super.completeExceptionally(failure);
    if (ends) {
      tell(null, failure);
    }
    return ends;
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    boolean cancelled = super.cancel(mayInterrupt);
    if (cancelled) {
      tell(null, new CancellationException());
      cancelFollowed();
    }
    return cancelled;
  }

  @Override
  public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
    executor.execute(
        () -> {
          try {
            complete(supplier.get());
          } catch (RuntimeException | Error e) {
            completeExceptionally(e);
          }
        });
    return this;
  }

  @Override
  public void obtrudeValue(T value) {
    super.obtrudeValue(value);
    tell(value, null);
  }

  @Override
  public void obtrudeException(Throwable failure) {
    super.obtrudeException(failure);
    tell(null, failure);
  }

  /** Tells the listener how it has ended, unless that has been done: it may be cancelled twice. */
  @SuppressWarnings("unchecked")
  private void tell(@Nullable T value, @Nullable Throwable failure) {
    Object told = LISTENER.getAndSet(this, TOLD);
    if (TOLD.equals(told)) {
      return;
    }
    if (told != null) {
      hear((BiConsumer<@Nullable T, @Nullable Throwable>) told, value, failure);
    }
    ended();
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
