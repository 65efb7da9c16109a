package dev.orbit.runtime.internal.registration;

import java.lang.reflect.Type;

/**
 * A journal that an actor class asks for.
 *
 * @param state what the events add up to, with its name
 * @param event the type of events
 * @param snapshotEvery after how many appends a snapshot is written
 */
public record JournalSlot(StateSlot state, Type event, int snapshotEvery) {}
