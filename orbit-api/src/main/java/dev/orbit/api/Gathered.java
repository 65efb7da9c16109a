package dev.orbit.api;

import dev.orbit.api.address.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one call to many actors. Each succeeded or failed by itself: a failure of one says
 * nothing of the others.
 *
 * <p>Immutable.
 *
 * @param <A> the contract
 * @param <R> what the method returns; null where it returns nothing
 */
public final class Gathered<A extends Actor, R> {
  private final Map<A, @Nullable R> results;
  private final Map<A, Throwable> failures;
  private final Map<NodeId, Throwable> gaps;

  /**
   * The answers.
   *
   * @param results what those returned that did
   * @param failures how the others failed
   * @param gaps the nodes that did not tell which of their actors were called
   */
  public Gathered(
      Map<A, @Nullable R> results, Map<A, Throwable> failures, Map<NodeId, Throwable> gaps) {
    // These keep their order, and the results may be null, which copies of the usual kind refuse.
    this.results = Collections.unmodifiableMap(new LinkedHashMap<>(results));
    this.failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    this.gaps = Collections.unmodifiableMap(new LinkedHashMap<>(gaps));
  }

  /**
   * What each actor returned whose call succeeded; null values where the method returns nothing.
   */
  public Map<A, @Nullable R> results() {
    return results;
  }

  /** What they returned, without saying who. */
  public List<@Nullable R> values() {
    return Collections.unmodifiableList(new ArrayList<>(results.values()));
  }

  /**
   * How the calls failed that did: each with what a call of this actor alone would have thrown, so
   * that the kind of the {@link dev.orbit.api.error.OrbitException} says whether it may have run.
   */
  public Map<A, Throwable> failures() {
    return failures;
  }

  /**
   * The nodes from which it is not known which of their actors ran the call, and why. Only for
   * calls to all actors that are in memory; the call may have run there.
   */
  public Map<NodeId, Throwable> gaps() {
    return gaps;
  }

  /** Whether every actor ran the call and returned. */
  public boolean isComplete() {
    return failures.isEmpty() && gaps.isEmpty();
  }

  @Override
  public String toString() {
    return "Gathered[%d results, failures %s, gaps %s]".formatted(results.size(), failures, gaps);
  }
}
