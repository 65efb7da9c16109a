package dev.orbit.runtime.inspect;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.MemberId;
import java.time.Duration;
import java.util.List;

/**
 * Whether the directory and the activations of a cluster agree. Immutable.
 *
 * @param viewVersion the view by which members were asked last
 * @param members how many members were asked
 * @param activations how many activations were compared
 * @param entries how many entries of actors that their owners do not host themselves
 * @param findings what does not fit, at most {@value #MOST_FINDINGS}
 * @param silent members that did not answer in time; what only they know is not judged
 * @param unjudged partitions whose entries nobody had to the end, as they were changing hands, or
 *     their owner was silent or the time was up
 * @param took how long it took
 */
public record IntegrityReport(
    long viewVersion,
    int members,
    int activations,
    int entries,
    List<Finding> findings,
    List<MemberId> silent,
    List<Integer> unjudged,
    Duration took) {
  /** With so many findings the check ends. */
  public static final int MOST_FINDINGS = 1_000;

  public IntegrityReport {
    findings = List.copyOf(findings);
    silent = List.copyOf(silent);
    unjudged = List.copyOf(unjudged);
  }

  /** Whether nothing was found, everybody has answered, and every partition was judged. */
  public boolean isWell() {
    return findings.isEmpty() && silent.isEmpty() && unjudged.isEmpty();
  }

  /** What can be wrong with an actor. */
  public enum Kind {
    /** Two members have the actor in memory, which must never be. */
    TWO_ACTIVATIONS,
    /** A member has it in memory and the owner of its partition does not know. */
    ACTIVATION_WITHOUT_ENTRY,
    /**
     * The owner says that a member has it in memory, and it has not; the next call of the actor
     * heals that.
     */
    ENTRY_WITHOUT_ACTIVATION
  }

  /**
   * Something that does not fit, and has not in each of several looks at it.
   *
   * @param members those that have the actor in memory, or the one that is said to
   * @param owner the owner of its partition
   */
  public record Finding(
      Kind kind,
      AddressableReference actor,
      int partition,
      List<MemberId> members,
      MemberId owner) {
    public Finding {
      members = List.copyOf(members);
    }
  }
}
