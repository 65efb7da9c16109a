package dev.orbit.api;

import java.util.function.UnaryOperator;

/**
 * One named piece of an actor's durable state, loaded before the first turn and injected by the
 * constructor (see {@link Persistent}).
 *
 * <p>A write is durable when the method returns, and so before the reply of the turn leaves the
 * node. Every write carries the version that was read and the fence of the activation; a store that
 * holds a newer version or fence refuses it, the activation is dropped, and the next call loads the
 * state afresh.
 *
 * <p>Confined to the turns of its actor: to be used by one thread at a time, never after the turn
 * has ended.
 *
 * @param <T> an immutable type that the JSON codec can write and read, usually a record. The value
 *     of an actor that never wrote comes from {@code public static T initial()} of the type if it
 *     has one, else from its constructor without parameters.
 */
public interface State<T> {
  /** The current value; the initial one when nothing was ever written or it was cleared. */
  T value();

  /** Whether a value is stored. */
  boolean exists();

  /** How often this state was written, as the store counts it; 0 when nothing was written. */
  long version();

  /**
   * Replaces the value by {@code change.apply(value())} and makes it durable.
   *
   * @return the new value
   * @throws dev.orbit.api.error.StorageException if the value is not known to be durable. Its code
   *     tells what became of the write: {@code STATE_CONFLICT}, {@code STATE_FENCED} and {@code
   *     STORE_UNAVAILABLE} say that it did not happen, {@code WRITE_OUTCOME_UNKNOWN} that it may
   *     have happened. After the first two the activation ends with this turn; after the others the
   *     state is read again before it is used next
   */
  T update(UnaryOperator<T> change);

  /**
   * Makes {@code value} the durable value.
   *
   * @throws dev.orbit.api.error.StorageException as {@link #update}
   */
  void write(T value);

  /**
   * Reads the value from the store again, for actors whose state others may write by other means
   * than the actor.
   *
   * @throws dev.orbit.api.error.StorageException if the store cannot be reached, a later activation
   *     exists, or what is stored cannot be decoded
   */
  void refresh();

  /**
   * Removes the stored value; {@link #value} is the initial one afterwards.
   *
   * @throws dev.orbit.api.error.StorageException as {@link #update}
   */
  void clear();
}
