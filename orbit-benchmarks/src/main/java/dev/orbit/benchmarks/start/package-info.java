/**
 * What it takes to start: {@link dev.orbit.benchmarks.start.StartFigures} runs {@code orbit dev} as
 * a user does and prints one line a figure. With several working copies it starts them in turn, so
 * that what else happens on the machine falls on all of them.
 */
@NullMarked
package dev.orbit.benchmarks.start;

import org.jspecify.annotations.NullMarked;
