/**
 * Processes on hosts of their own, and what can happen to them: for the suites that kill, stop, cut
 * off and starve real nodes. Published never.
 *
 * <p>The parts, each usable alone:
 *
 * <ul>
 *   <li>{@link dev.orbit.faults.Hosts}: hosts as network namespaces of this machine, with links
 *       that can be cut in one direction or both, slowed, and made to lose packets. Needs root and
 *       a few tools; {@link dev.orbit.faults.Hosts#missing} says which are not there.
 *   <li>{@link dev.orbit.faults.NodeProcess}: a JVM that is started, killed, stopped and told
 *       lines.
 *   <li>{@link dev.orbit.faults.Disk} and {@link dev.orbit.faults.WallClock}: the disk and the
 *       clock of one process, by libraries that are loaded into it before all others.
 *   <li>{@link dev.orbit.faults.Fleet}: a process on each host, with its disk and its clock, kept
 *       running as an init system would.
 *   <li>{@link dev.orbit.faults.FaultSchedule}: what goes wrong when, drawn from a seed and carried
 *       out on a {@link dev.orbit.faults.FaultTarget}, such as a fleet.
 *   <li>{@link dev.orbit.faults.Stamps}: what the processes saw, with the moment of a clock that
 *       all of them share; it outlives a kill. {@link dev.orbit.faults.Claims} finds two that held
 *       one thing at once.
 * </ul>
 *
 * <p>A run: a suite draws a schedule, starts a fleet, runs the schedule on it while the processes
 * stamp what they believe, heals everything, lets the processes finish, reads all stamps and looks
 * for what must not be. The seed is printed; the same seed plans the same faults at the same
 * moments, though not the same interleaving: real processes have their own.
 *
 * <p>Threads: a fleet is used by the thread that runs the schedule and by its own watch; the other
 * parts say what they allow.
 */
@NullMarked
package dev.orbit.faults;

import org.jspecify.annotations.NullMarked;
