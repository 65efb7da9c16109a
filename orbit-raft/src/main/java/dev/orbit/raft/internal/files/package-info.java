/** What nodes keep in their data directories, and that nobody else does. */
@NullMarked
package dev.orbit.raft.internal.files;

import org.jspecify.annotations.NullMarked;
