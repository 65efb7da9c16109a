/** Tests of the bank, on accounts in one process. */
@NullMarked
package dev.orbit.examples.bank;

import org.jspecify.annotations.NullMarked;
