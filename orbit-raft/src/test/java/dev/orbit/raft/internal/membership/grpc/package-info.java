/** Tests of the package of the same name. */
@NullMarked
package dev.orbit.raft.internal.membership.grpc;

import org.jspecify.annotations.NullMarked;
