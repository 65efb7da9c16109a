/** Names: of nodes, of actors, of network endpoints. Immutable values, safe to share. */
@NullMarked
package dev.orbit.api.address;

import org.jspecify.annotations.NullMarked;
