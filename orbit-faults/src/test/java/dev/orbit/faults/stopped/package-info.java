/**
 * A node that stands still while others call its actors, and what that costs those who call and
 * those who are called beside it.
 */
package dev.orbit.faults.stopped;
