package dev.orbit.cli;

import org.jspecify.annotations.Nullable;

/**
 * How a node is started, the same each time.
 *
 * @param name unique in the cluster
 * @param grpc where it takes actor traffic, {@code host:port}
 * @param raft where it takes Raft traffic; null when it is no voter
 */
record NodeSpec(String name, String grpc, @Nullable String raft) {}
