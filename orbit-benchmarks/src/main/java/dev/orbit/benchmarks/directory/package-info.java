/**
 * What the directory costs with a million actors.
 *
 * <p>{@link dev.orbit.benchmarks.directory.DirectoryFigures} starts three nodes in processes of
 * their own ({@link dev.orbit.benchmarks.directory.HostWorker}), has them activate the actors,
 * weighs them, lets a fourth node join and kills one of the first, while calls go on ({@link
 * dev.orbit.benchmarks.directory.Watch}). What is printed is described there.
 */
@NullMarked
package dev.orbit.benchmarks.directory;

import org.jspecify.annotations.NullMarked;
