/** Contracts: what is read, what is refused. */
@NullMarked
package dev.orbit.client.internal.contract;

import org.jspecify.annotations.NullMarked;
