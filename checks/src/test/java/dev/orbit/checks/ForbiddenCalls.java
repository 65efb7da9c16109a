package dev.orbit.checks;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Calls that read a clock, draw a random number, sleep or start a thread behind the back of {@code
 * Environment}.
 *
 * <p>Method references count as calls.
 */
final class ForbiddenCalls extends ArchCondition<JavaClass> {

  private static final Set<String> ANY = Set.of();
  private static final String NEW = "<init>";

  /** Methods by declaring type; an empty set means every method and constructor. */
  private static final Map<String, Set<String>> CALLS =
      Map.ofEntries(
          Map.entry("java.lang.System", Set.of("nanoTime", "currentTimeMillis")),
          Map.entry(
              "java.lang.Thread",
              Set.of(NEW, "sleep", "ofVirtual", "ofPlatform", "startVirtualThread")),
          Map.entry("java.lang.Math", Set.of("random")),
          Map.entry("java.time.Clock", ANY),
          Map.entry("java.util.Date", Set.of(NEW)),
          Map.entry("java.util.Random", Set.of(NEW)),
          Map.entry("java.util.SplittableRandom", Set.of(NEW)),
          Map.entry("java.security.SecureRandom", ANY),
          Map.entry("java.util.Timer", ANY),
          Map.entry("java.util.UUID", Set.of("randomUUID")),
          Map.entry("java.util.random.RandomGenerator", Set.of("getDefault", "of")),
          Map.entry("java.util.concurrent.ThreadLocalRandom", Set.of("current")),
          Map.entry("java.util.concurrent.Executors", ANY),
          Map.entry("java.util.concurrent.ForkJoinPool", ANY),
          Map.entry("java.util.concurrent.ThreadPoolExecutor", Set.of(NEW)),
          Map.entry("java.util.concurrent.ScheduledThreadPoolExecutor", Set.of(NEW)),
          Map.entry("java.util.concurrent.TimeUnit", Set.of("sleep")),
          Map.entry(
              "java.util.concurrent.CompletableFuture",
              Set.of("delayedExecutor", "orTimeout", "completeOnTimeout")));

  private static final Set<String> FUTURES =
      Set.of("java.util.concurrent.CompletableFuture", "java.util.concurrent.CompletionStage");

  ForbiddenCalls() {
    super("read clocks, draw random numbers, sleep or start threads by themselves");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    for (JavaCodeUnitAccess<?> access : type.getCodeUnitAccessesFromSelf()) {
      if (forbidden(access.getTarget())) {
        events.add(SimpleConditionEvent.satisfied(type, access.getDescription()));
      }
    }
  }

  private static boolean forbidden(CodeUnitAccessTarget target) {
    String owner = target.getOwner().getName();
    Set<String> methods = CALLS.get(owner);
    if (methods != null && (methods.isEmpty() || methods.contains(target.getName()))) {
      return true;
    }
    return isNowOfJavaTime(owner, target.getName()) || runsOnTheCommonPool(owner, target);
  }

  private static boolean isNowOfJavaTime(String owner, String method) {
    return owner.startsWith("java.time.") && method.equals("now");
  }

  private static boolean runsOnTheCommonPool(String owner, CodeUnitAccessTarget target) {
    return FUTURES.contains(owner)
        && target.getName().endsWith("Async")
        && target.getRawParameterTypes().stream().noneMatch(p -> p.isEquivalentTo(Executor.class));
  }
}
