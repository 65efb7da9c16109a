/**
 * A node resolver of one's own, on etcd: nodes register with a time to live, find each other, and
 * are forgotten when they vanish.
 */
@NullMarked
package dev.orbit.examples.etcd;

import org.jspecify.annotations.NullMarked;
