/**
 * Measures contenders, each in processes of its own, in turn within one run.
 *
 * <p>One measurement on its way: {@link dev.orbit.benchmarks.harness.Comparison} holds a {@link
 * dev.orbit.benchmarks.harness.WorkerProcess} for each process of a contender and sends it a line
 * such as {@code closed remote 256 2000}. There {@link dev.orbit.benchmarks.harness.Worker} finds
 * the {@link dev.orbit.benchmarks.harness.Workload} of that name and runs it under a {@link
 * dev.orbit.benchmarks.harness.Recorder}, which times the calls and tells callers when to stop. The
 * figures go back as one line, a {@link dev.orbit.benchmarks.harness.Measurement}. Processor time
 * and allocation are asked of all processes of the contender before and after.
 *
 * <p>Every round runs every variant once, so that drift of the machine falls on all of them alike.
 * Only medians over the rounds and ratios within one run mean anything. A closed loop keeps a
 * number of calls under way; an open loop begins calls at a rate whatever becomes of them, and
 * times each from when it should have begun, so that a stall counts for all calls that it held up
 * (coordinated omission).
 */
@NullMarked
package dev.orbit.benchmarks.harness;

import org.jspecify.annotations.NullMarked;
