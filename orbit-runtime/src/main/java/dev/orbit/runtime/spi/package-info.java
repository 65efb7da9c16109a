/**
 * What an application can plug into a node's hosting of actors. Implementations are called by many
 * threads at once.
 */
@NullMarked
package dev.orbit.runtime.spi;

import org.jspecify.annotations.NullMarked;
