/**
 * Rules about the whole repository, as tests: formatting, architecture, sizes, package descriptions
 * and what a client carries.
 *
 * <p>Each rule sits in a test class of its own, beside tests that plant a fault and show that the
 * rule finds it. The tests read the sources and the compiled classes of all other modules, so this
 * module is built last.
 */
@NullMarked
package dev.orbit.checks;

import org.jspecify.annotations.NullMarked;
