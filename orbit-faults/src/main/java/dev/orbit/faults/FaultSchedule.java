package dev.orbit.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What goes wrong when, drawn from a seed. Faults overlap, but never two of one host's process; a
 * lying disk has a quiet time to itself. Immutable.
 */
public final class FaultSchedule {
  private final long seed;
  private final Duration length;
  private final List<Planned> faults;

  /**
   * One fault.
   *
   * @param at when it begins, from the beginning of the run
   * @param until when it is over
   */
  public record Planned(Duration at, Duration until, Fault fault) {
    @Override
    public String toString() {
      return "%6.2f s to %6.2f s  %s".formatted(at.toMillis() / 1e3, until.toMillis() / 1e3, fault);
    }
  }

  /**
   * How much goes wrong.
   *
   * @param kinds what may
   * @param hosts how many there are, at least 2
   * @param length of the run; everything is over at its end
   * @param shortest fault
   * @param longest fault; a pause that should outlast a lease needs as much
   * @param mostBetween the longest time from the beginning of one fault to that of the next
   */
  public record Options(
      Set<FaultKind> kinds,
      int hosts,
      Duration length,
      Duration shortest,
      Duration longest,
      Duration mostBetween) {
    /** The shortest a quiet time before and after a lying disk may be. */
    static final Duration QUIET = Duration.ofSeconds(5);

    /** A lie costs a quiet time, in which nothing else is tried. */
    static final Duration BETWEEN_LIES = Duration.ofMinutes(1);

    public Options {
      kinds = Set.copyOf(kinds);
      if (kinds.isEmpty() || hosts < 2) {
        throw new IllegalArgumentException("kinds %s of %d hosts".formatted(kinds, hosts));
      }
      if (shortest.compareTo(longest) > 0 || mostBetween.isNegative() || mostBetween.isZero()) {
        throw new IllegalArgumentException(
            "faults of %s to %s, at most %s between".formatted(shortest, longest, mostBetween));
      }
    }

    /** Faults of 1 to 6 s, one begins every second or so. */
    public static Options of(Set<FaultKind> kinds, int hosts, Duration length) {
      return new Options(
          kinds,
          hosts,
          length,
          Duration.ofSeconds(1),
          Duration.ofSeconds(6),
          Duration.ofMillis(2_500));
    }
  }

  private FaultSchedule(long seed, Duration length, List<Planned> faults) {
    this.seed = seed;
    this.length = length;
    this.faults = List.copyOf(faults);
  }

  /** The schedule of a seed. */
  public static FaultSchedule draw(long seed, Options options) {
    return new FaultSchedule(seed, options.length(), new Drawing(seed, options).all());
  }

  /** A schedule of chosen faults. */
  public static FaultSchedule of(Duration length, List<Planned> faults) {
    return new FaultSchedule(0, length, faults);
  }

  /** What it was drawn from. */
  public long seed() {
    return seed;
  }

  /** The faults, the earliest first. */
  public List<Planned> faults() {
    return faults;
  }

  /**
   * Lets all of it happen to {@code target}, in real time, one call at a time; returns when the
   * length of the run has passed.
   *
   * @throws CompletionException if the target threw, with what it threw
   */
  public void run(FaultTarget target) {
    List<CompletableFuture<Void>> steps = new ArrayList<>();
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      for (Planned planned : faults) {
        steps.add(at(thread, planned.at(), () -> target.begin(planned.fault())));
        steps.add(at(thread, planned.until(), () -> target.end(planned.fault())));
      }
      steps.add(at(thread, length, () -> {}));
      CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new)).join();
    }
  }

  private static CompletableFuture<Void> at(Executor thread, Duration when, Runnable step) {
    return CompletableFuture.runAsync(
        step, CompletableFuture.delayedExecutor(when.toMillis(), TimeUnit.MILLISECONDS, thread));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("seed %d, %s".formatted(seed, length));
    faults.forEach(planned -> text.append("\n  ").append(planned));
    return text.toString();
  }

  /** One drawing of a schedule. */
  private static final class Drawing {
    private final Random random;
    private final Options options;
    private final List<FaultKind> kinds;
    private final List<Planned> drawn = new ArrayList<>();
    private final Duration[] busyUntil;
    private Duration allOver = Duration.ZERO;
    private Duration quietUntil = Duration.ZERO;
    private Duration nextLie = Duration.ZERO;

    Drawing(long seed, Options options) {
      this.random = new Random(seed);
      this.options = options;
      this.kinds = options.kinds().stream().sorted().toList();
      this.busyUntil = new Duration[options.hosts() + 1];
      Arrays.fill(busyUntil, Duration.ZERO);
    }

    List<Planned> all() {
      Duration at = millis(500, 1500);
      while (at.compareTo(options.length()) < 0) {
        Duration span =
            millis((int) options.shortest().toMillis(), (int) options.longest().toMillis());
        Fault fault = fault(kinds.get(random.nextInt(kinds.size())));
        at = later(at, quietUntil);
        boolean lies = fault instanceof Fault.LyingDisk;
        Duration from = lies ? later(at, allOver.plus(Options.QUIET)) : at;
        Duration until = from.plus(span);
        boolean fits =
            until.plus(lies ? Options.QUIET : Duration.ZERO).compareTo(options.length()) <= 0
                && (!lies || from.compareTo(nextLie) >= 0);
        if (fits && take(fault, from, until)) {
          drawn.add(new Planned(from, until, fault));
          allOver = later(allOver, until);
          if (lies) {
            quietUntil = until.plus(Options.QUIET);
            nextLie = until.plus(Options.BETWEEN_LIES);
          }
        }
        at = at.plus(millis(200, (int) options.mostBetween().toMillis()));
      }
      drawn.sort(Comparator.comparing(Planned::at));
      return drawn;
    }

    /** A process, a disk and a clock have one trouble at a time. */
    private boolean take(Fault fault, Duration at, Duration until) {
      int host =
          switch (fault) {
            case Fault.Kill(int h) -> h;
            case Fault.Pause(int h) -> h;
            case Fault.Leave(int h) -> h;
            case Fault.PowerLoss(int h) -> h;
            case Fault.LyingDisk(int h) -> h;
            case Fault.FullDisk(int h) -> h;
            case Fault.SlowDisk(int h, int _) -> h;
            case Fault.WallJump(int h, int _) -> h;
            case Fault.Cut _, Fault.CutOneWay _, Fault.Split _, Fault.Loss _, Fault.Delay _ -> 0;
          };
      if (host > 0 && busyUntil[host].compareTo(at) > 0) {
        return false;
      }
      busyUntil[host] = until;
      return true;
    }

    private Fault fault(FaultKind kind) {
      int one = host();
      int other = 1 + (one - 1 + 1 + random.nextInt(options.hosts() - 1)) % options.hosts();
      return switch (kind) {
        case KILL -> new Fault.Kill(one);
        case PAUSE -> new Fault.Pause(one);
        case LEAVE -> new Fault.Leave(one);
        case POWER_LOSS -> new Fault.PowerLoss(one);
        case LYING_DISK -> new Fault.LyingDisk(one);
        case FULL_DISK -> new Fault.FullDisk(one);
        case SLOW_DISK -> new Fault.SlowDisk(one, 20 + random.nextInt(300));
        case WALL_JUMP -> new Fault.WallJump(one, random.nextBoolean() ? 60 : -60);
        case CUT -> new Fault.Cut(one, other);
        case CUT_ONE_WAY -> new Fault.CutOneWay(one, other);
        case SPLIT -> split();
        case LOSS -> new Fault.Loss(one, 20);
        case DELAY -> new Fault.Delay(one, 50, 20);
      };
    }

    private Fault split() {
      List<Integer> hosts = new ArrayList<>();
      for (int i = 1; i <= options.hosts(); i++) {
        hosts.add(i);
      }
      Collections.shuffle(hosts, random);
      int size = 1 + random.nextInt(options.hosts() - 1);
      return new Fault.Split(
          new TreeSet<>(hosts.subList(0, size)), new TreeSet<>(hosts.subList(size, hosts.size())));
    }

    private int host() {
      return 1 + random.nextInt(options.hosts());
    }

    private Duration millis(int least, int most) {
      return Duration.ofMillis(least + random.nextInt(most - least + 1));
    }

    private static Duration later(Duration one, Duration other) {
      return one.compareTo(other) > 0 ? one : other;
    }
  }
}
