/** The client as a whole, against nodes that tests script. */
@NullMarked
package dev.orbit.client;

import org.jspecify.annotations.NullMarked;
