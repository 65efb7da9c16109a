package dev.orbit.api.cluster;

/** What a member does at present. */
public enum NodeStatus {
  /** Hosts actors and takes new ones. */
  ACTIVE,
  /** Finishes what it has and takes nothing new. */
  DRAINING,
  /** Hosts nothing. */
  STOPPED
}
