package dev.orbit.api.cluster;

/** What a member does at present. */
public enum NodeStatus {
  /** Gets ready: owns no partition and hosts nothing until it is {@link #ACTIVE}. */
  JOINING,
  /** Hosts actors and takes new ones. */
  ACTIVE,
  /** Finishes what it has and takes nothing new. */
  DRAINING,
  /** Hosts nothing. */
  STOPPED
}
