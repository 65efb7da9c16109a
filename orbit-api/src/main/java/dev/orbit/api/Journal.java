package dev.orbit.api;

import java.util.List;

/**
 * Durable state that is written as events: what happened is appended, the value is what the events
 * add up to, and every so often the value is written as a snapshot ({@link Journaled}). Appending
 * costs what the events cost, however large the value is. Injected by the constructor, and loaded
 * before the first turn.
 *
 * <p>An append is durable when the method returns, and so before the reply of the turn leaves the
 * node. It is fenced and in its place in the order as a write of {@link State} is: after one that
 * the store refuses the activation ends, after one whose outcome is not known the journal is read
 * again before it is used next. Events that a snapshot contains are not kept: a journal is a way to
 * write, not an archive.
 *
 * <p>Confined to the turns of its actor.
 *
 * @param <S> what the events add up to
 * @param <E> an event: an immutable type that the JSON codec can write and read. Events of several
 *     kinds are a sealed interface of records with Jackson's {@code @JsonTypeInfo} and
 *     {@code @JsonSubTypes}, so that their names are stable
 */
public interface Journal<S extends JournaledState<S, E>, E> {
  /** What all events add up to. */
  S value();

  /** How many appends there were, of one event or of several. */
  long version();

  /**
   * Appends one event and makes it durable.
   *
   * @return the value after it
   * @throws dev.orbit.api.error.StorageException if it is not known to be durable; the code says as
   *     for {@link State#update} what became of it
   */
  S append(E event);

  /**
   * As {@link #append}, for events that become durable together or not at all.
   *
   * @param events at least one, at most 1,000
   */
  S appendAll(List<? extends E> events);

  /**
   * Reads the journal from the store again.
   *
   * @throws dev.orbit.api.error.StorageException if the store cannot be reached, a later activation
   *     exists, or what is stored cannot be decoded
   */
  void refresh();
}
