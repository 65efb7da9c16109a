package dev.orbit.faults;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** What can happen. Hosts are numbered from 1; each has one process. */
public sealed interface Fault {
  /** The process is killed; it is started again at the end of the fault. */
  record Kill(int host) implements Fault {}

  /** The process stands still until the end of the fault. */
  record Pause(int host) implements Fault {}

  /**
   * The process is told to end, by SIGTERM, and may take its time; it is started again when it has,
   * not before the end of the fault.
   */
  record Leave(int host) implements Fault {}

  /** The power of the host fails: what was not synced is lost. */
  record PowerLoss(int host) implements Fault {}

  /**
   * The disk answers that it has synced and has not, until the power fails at the end of the fault.
   * A group survives this of one voter while all others are well: so nothing else happens
   * meanwhile.
   */
  record LyingDisk(int host) implements Fault {}

  /** No space is left on the disk. */
  record FullDisk(int host) implements Fault {}

  /** Every sync takes so long. */
  record SlowDisk(int host, int millis) implements Fault {}

  /** The wall clock is so many seconds off. */
  record WallJump(int host, int seconds) implements Fault {}

  /** Two hosts cannot reach each other. */
  record Cut(int one, int other) implements Fault {}

  /** What one host sends does not arrive at the other. */
  record CutOneWay(int from, int to) implements Fault {}

  /** The hosts are in two groups that cannot reach each other. */
  record Split(Set<Integer> some, Set<Integer> others) implements Fault {
    public Split {
      some = Collections.unmodifiableSortedSet(new TreeSet<>(some));
      others = Collections.unmodifiableSortedSet(new TreeSet<>(others));
    }
  }

  /** All lines of a host lose packets. */
  record Loss(int host, int percent) implements Fault {}

  /** All lines of a host are slow. */
  record Delay(int host, int millis, int jitterMillis) implements Fault {}
}
