package dev.orbit.client.internal.call;

/**
 * Marks a future that something else completes at the deadline of its call at the latest, so that
 * those who wait for it need no timer of their own.
 */
public interface EndsByDeadline {}
