package dev.orbit.raft.internal.membership;

import dev.orbit.raft.internal.cluster.CommandAnswer;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The way to the consensus group: a voter's own engine, or any voter over the network. Thread-safe.
 */
public interface ClusterPort {
  /**
   * Replicates a command.
   *
   * @param timeout after which the stage has failed at the latest
   * @return the cluster's answer; or a failure of {@link dev.orbit.api.error.NotExecutedException}
   *     or {@link dev.orbit.api.error.OutcomeUnknownException}, after which it can be sent again,
   *     or of any other kind, after which it cannot. It completes on a thread that must not be
   *     blocked
   */
  CompletionStage<CommandAnswer> submit(CommandEnvelope envelope, Duration timeout);

  /**
   * For how long a majority of the voters has been out of reach for sure, so that nothing can be
   * agreed on; zero as long as it is not, and where that cannot be told.
   */
  default Duration unheardFor() {
    return Duration.ZERO;
  }
}
