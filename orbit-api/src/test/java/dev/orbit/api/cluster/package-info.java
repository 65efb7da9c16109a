/** Tests of what is more than a record. */
@NullMarked
package dev.orbit.api.cluster;

import org.jspecify.annotations.NullMarked;
