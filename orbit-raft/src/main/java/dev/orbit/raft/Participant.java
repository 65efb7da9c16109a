package dev.orbit.raft;

import dev.orbit.api.address.Endpoint;
import dev.orbit.raft.consensus.EngineHealth;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.membership.Membership;
import java.util.Optional;
import java.util.SortedMap;

/** The two ways to take part. */
sealed interface Participant permits Voter, NonVoter {
  void start(SortedMap<String, Endpoint> voters);

  void moveVoter(String voter, Endpoint to);

  Membership membership();

  Optional<Endpoint> raftEndpoint();

  Leadership leadership();

  EngineHealth health();

  void close();
}
