package dev.orbit.transport.resolver;

import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.function.Predicate;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one question to the DNS, and how old it is.
 *
 * <p>Threads that want it at the same time share one lookup. A failed lookup is not repeated before
 * the time for negative answers is over; meanwhile, and until it is stale, the last answer does if
 * it was of use. Thread-safe; blocks while a lookup is under way.
 */
final class CachedAnswer<T> {
  /** Looks the answer up. */
  interface Question<T> {
    T ask() throws NamingException;
  }

  private final Environment environment;
  private final DnsResolverConfig config;
  private final Question<T> question;
  private @Nullable T answer;
  private long answeredAt;
  private @Nullable NamingException failure;
  private long failedAt;

  CachedAnswer(Environment environment, DnsResolverConfig config, Question<T> question) {
    this.environment = environment;
    this.config = config;
    this.question = question;
  }

  /**
   * The answer.
   *
   * @param useful whether an answer says what is asked for; one that does not is asked anew sooner
   * @throws NamingException if no server answers, and there is no answer of use to go on with
   */
  synchronized T get(Predicate<T> useful) throws NamingException {
    T known = answer;
    if (known != null) {
      Duration good = useful.test(known) ? config.cacheFor() : config.negativeCacheFor();
      if (isWithin(answeredAt, good)) {
        return known;
      }
    }
    return refresh(useful);
  }

  /** As {@link #get}, however new the answer is that is known. */
  synchronized T refresh(Predicate<T> useful) throws NamingException {
    NamingException lately = failure;
    if (lately != null && isWithin(failedAt, config.negativeCacheFor())) {
      return lastOr(useful, lately);
    }
    try {
      T fresh = question.ask();
      answer = fresh;
      answeredAt = environment.nanoTime();
      failure = null;
      return fresh;
    } catch (NamingException e) {
      failedAt = environment.nanoTime();
      failure = e;
      return lastOr(useful, e);
    }
  }

  private T lastOr(Predicate<T> useful, NamingException e) throws NamingException {
    T known = answer;
    if (known != null && useful.test(known) && isWithin(answeredAt, config.staleFor())) {
      return known;
    }
    throw e;
  }

  private boolean isWithin(long since, Duration duration) {
    return environment.nanoTime() - since < duration.toNanos();
  }
}
