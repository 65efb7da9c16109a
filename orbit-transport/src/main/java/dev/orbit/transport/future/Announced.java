package dev.orbit.transport.future;

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
 * A future whose end one listener hears without a stage: the first that comes by {@link #onEnd} is
 * called by whoever ends it, after those that have a stage.
 *
 * <p>Thread-safe.
 *
 * @param <T> what it gives
 */
public abstract class Announced<T extends @Nullable Object> extends CompletableFuture<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Announced.class);

  @SuppressWarnings("rawtypes")
  private static final AtomicReferenceFieldUpdater<Announced, @Nullable Object> LISTENER =
      AtomicReferenceFieldUpdater.<Announced, @Nullable Object>newUpdater(
          Announced.class, Object.class, "listener");

  /** In place of a listener once it has ended and has told so. */
  private static final Object TOLD = new Object();

  private volatile @Nullable Object listener;

  /** One that has not ended. */
  protected Announced() {}

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

  /**
   * Has {@code listener} hear of the end of {@code source} without a stage, if it can.
   *
   * @return false where it needs one: for another kind of future, beside another listener, and
   *     after the end
   */
  protected static boolean listens(CompletableFuture<?> source, BiConsumer<?, ?> listener) {
    return source instanceof Announced<?> announced
        && announced.listener == null
        && LISTENER.compareAndSet(announced, null, listener);
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
}
