/**
 * Actors under fire: five nodes on hosts of their own that host two hundred actors at a time, calls
 * from every node and from outside, a random schedule of faults, departures and arrivals, and what
 * must hold whatever happens.
 *
 * <p>Hosts 1 to 5 run {@link dev.orbit.faults.activation.HostingNode}, the first three as voters;
 * host 6 a {@link dev.orbit.faults.activation.CallingClient}; host 7 the {@link
 * dev.orbit.faults.activation.StoreProcess} with the actors' state, or a {@link
 * dev.orbit.faults.activation.PostgresProcess}, which no fault stops, though lines to it are slow
 * and lose packets. {@link dev.orbit.faults.activation.Callers} stamp each call before and after,
 * {@link dev.orbit.faults.activation.Witness} stamps each turn from within, with whether the node
 * held its lease, and the store stamps each claim and write that it accepted. {@link
 * dev.orbit.faults.activation.Findings} reads all stamps afterwards.
 *
 * <p>A turn counts as run from its first moment to its last at which its node surely held its
 * lease: a process that is stopped in the middle of a turn goes on with it when it is resumed, and
 * what it does then is harmless because the store takes nothing of it and its reply stays where it
 * is. Both are among what is looked at.
 */
package dev.orbit.faults.activation;
