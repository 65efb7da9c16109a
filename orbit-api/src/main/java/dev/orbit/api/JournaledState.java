package dev.orbit.api;

/**
 * What the events of a {@link Journal} add up to: an immutable value that the JSON codec can write
 * and read, usually a record. The value before the first event comes from {@code public static S
 * initial()}, else from its constructor without parameters.
 *
 * @param <S> the type itself
 * @param <E> the type of events
 */
public interface JournaledState<S extends JournaledState<S, E>, E> {
  /**
   * The value after one more event. Must depend on nothing else than this value and the event, and
   * must not fail for an event that was appended once, however long ago: decide before {@link
   * Journal#append} whether something may happen.
   */
  S after(E event);
}
