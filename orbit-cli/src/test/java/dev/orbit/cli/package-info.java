/** Tests of the command. */
@NullMarked
package dev.orbit.cli;

import org.jspecify.annotations.NullMarked;
