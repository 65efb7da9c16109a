package dev.orbit.benchmarks.contenders;

import dev.orbit.benchmarks.harness.Contender;
import dev.orbit.benchmarks.harness.WorkerProcess;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Starts contenders by name. */
final class Contenders {
  /** Those that are measured unless others are named. */
  static final List<String> USUAL = List.of("raw", "mailbox", "orbit", "pekko");

  /** Orbit, with event loops that sleep at once when there is nothing to do. */
  static final String ASLEEP = "orbit-asleep";

  /** All of them, in the order in which they are measured. */
  static final List<String> NAMES = List.of("raw", "mailbox", "orbit", ASLEEP, "pekko");

  private Contenders() {}

  static Contender start(String name, int payloadBytes) throws IOException {
    String size = Integer.toString(payloadBytes);
    return switch (name) {
      case "raw" -> pair(RawFar.class, RawNear.class, size);
      case "orbit" -> pair(OrbitFar.class, OrbitNear.class, size);
      case ASLEEP ->
          pair(
              List.of("-Dorbit.transport-settings=eager-loops=false"),
              OrbitFar.class,
              OrbitNear.class,
              size);
      case "pekko" -> pair(PekkoFar.class, PekkoNear.class, size);
      case "mailbox" ->
          new Contender(WorkerProcess.start(BareMailbox.class, size), List.<WorkerProcess>of());
      default ->
          throw new IllegalArgumentException(
              "no contender '%s'; there are %s".formatted(name, NAMES));
    };
  }

  /** The names of a list with commas. */
  static Set<String> parse(String list) {
    Set<String> chosen = new TreeSet<>(List.of(list.split(",")));
    if (!NAMES.containsAll(chosen)) {
      throw new IllegalArgumentException("contenders are %s, not %s".formatted(NAMES, chosen));
    }
    return chosen;
  }

  private static Contender pair(Class<?> far, Class<?> near, String size) throws IOException {
    return pair(List.of(), far, near, size);
  }

  private static Contender pair(List<String> jvm, Class<?> far, Class<?> near, String size)
      throws IOException {
    WorkerProcess serving = WorkerProcess.start(jvm, far);
    try {
      return new Contender(WorkerProcess.start(jvm, near, serving.ready(), size), List.of(serving));
    } catch (IOException | RuntimeException e) {
      serving.close();
      throw e;
    }
  }
}
