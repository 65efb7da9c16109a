/**
 * Agreement under fire: five voters on hosts of their own, a random schedule of faults, and what
 * must hold whatever happens.
 *
 * <p>Each {@link dev.orbit.faults.agreement.AgreementNode} votes in two groups. In one it is a
 * member with a lease, by {@link dev.orbit.faults.agreement.LeaseWatch}, which stamps every few
 * milliseconds whether the node believes that it holds it, and whenever a view lacks somebody. In
 * the other it replicates {@link dev.orbit.faults.agreement.Registers} and lets {@link
 * dev.orbit.faults.agreement.Workload} use them, which stamps each call before and after. {@link
 * dev.orbit.faults.agreement.Findings} reads all stamps afterwards.
 */
package dev.orbit.faults.agreement;
