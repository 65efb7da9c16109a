/**
 * What agreement costs: commands, elections, and the question whether a lease is held.
 *
 * <p>{@link dev.orbit.benchmarks.agreement.AgreementFigures} is the parent, which starts processes,
 * kills them and prints one line a figure. {@link dev.orbit.benchmarks.agreement.VoterWorker} is a
 * voter in a process of its own with clients in it. It says what happened in lines on its standard
 * output; moments in them are {@code System.nanoTime()}, which all processes of a machine share on
 * Linux.
 */
@NullMarked
package dev.orbit.benchmarks.agreement;

import org.jspecify.annotations.NullMarked;
