package dev.orbit.examples.bank;

import dev.orbit.api.filter.TurnFilter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

// region: filter
/**
 * Lets money beyond a limit leave an account only where the baggage of the call says who approves
 * of it. What a caller puts there flows down to the account, over whatever actors are in between.
 */
public final class ApprovalFilter implements TurnFilter {
  /** The name in the baggage. */
  public static final String APPROVED_BY = "approved-by";

  private static final Set<String> TAKING = Set.of("withdraw", "transfer");

  private final long limitCents;

  /** A filter that lets up to so much pass without approval. */
  public ApprovalFilter(long limitCents) {
    this.limitCents = limitCents;
  }

  @Override
  public boolean appliesTo(String type) {
    return type.equals("bank.Account");
  }

  @Override
  public @Nullable Object run(Invocation turn) throws Exception {
    if (TAKING.contains(turn.method().getName())
        && turn.arguments().getLast() instanceof Long cents
        && cents > limitCents
        && !turn.baggage().containsKey(APPROVED_BY)) {
      throw new ApprovalNeededException(
          "%d cents leave %s only with an approval, as everything above %d"
              .formatted(cents, turn.target().key(), limitCents));
    }
    return turn.proceed();
  }
}
// endregion
