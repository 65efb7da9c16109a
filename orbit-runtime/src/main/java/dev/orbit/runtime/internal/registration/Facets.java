package dev.orbit.runtime.internal.registration;

import dev.orbit.api.Journal;
import dev.orbit.api.State;

/** Loads what an activation's constructor asks for. */
public interface Facets {
  State<?> state(StateSlot slot);

  Journal<?, ?> journal(JournalSlot slot);
}
