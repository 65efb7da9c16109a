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
   * @throws dev.orbit.api.error.StorageException if the store refused the write or could not be
   *     reached; its code tells whether the write may have happened
   */
  T update(UnaryOperator<T> change);

  /**
   * Makes {@code value} the durable value.
   *
   * @throws dev.orbit.api.error.StorageException as {@link #update}
   */
  void write(T value);

  /**
   * Removes the stored value; {@link #value} is the initial one afterwards.
   *
   * @throws dev.orbit.api.error.StorageException as {@link #update}
   */
  void clear();
}
