package dev.orbit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A process on each host, with a disk and a clock of its own, and whatever faults say happens to
 * them.
 *
 * <p>A process that ends by itself is started again after a moment, as an init system would do;
 * each such end is noted in {@link #ends}, with whether the host's disk was failing: a voter must
 * stop then. Data of a host lies below {@link #data}, which is what its disk loses.
 *
 * <p>Faults of links may overlap: a link is well when no fault that is in force wants it otherwise.
 *
 * <p>Thread-safe.
 */
public final class Fleet implements FaultTarget, AutoCloseable {
  private static final Duration WATCH = Duration.ofMillis(100);
  private static final Duration RESTART_DELAY = Duration.ofMillis(500);

  private final Hosts hosts;
  private final Path directory;
  private final IntFunction<NodeCommand> command;
  private final List<Host> all = new ArrayList<>();
  private final List<Fault> inForce = new ArrayList<>();
  private final List<End> ends = new ArrayList<>();
  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> watching;

  /**
   * That a process ended by itself.
   *
   * @param exitCode with what; 137 is also a loss of power
   * @param diskFailed whether its disk was out of order then, or shortly before
   * @param diskLost whether its disk had lied before, and had lost by a crash what it said to have
   *     kept
   * @param log the last lines that it logged since it was started
   */
  public record End(int host, int exitCode, boolean diskFailed, boolean diskLost, String log) {}

  /** Why a process may not run now. */
  private enum Down {
    NOT_STARTED,
    FAULT
  }

  private static final class Host {
    final int number;
    final Disk disk;
    final WallClock clock;
    final Set<Down> down = EnumSet.of(Down.NOT_STARTED);
    @Nullable NodeProcess process;
    boolean diskFails;
    boolean diskLost;
    boolean endSeen;
    boolean leaves;
    int starts;

    Host(int number, Disk disk, WallClock clock) {
      this.number = number;
      this.disk = disk;
      this.clock = clock;
    }

    NodeProcess running() {
      NodeProcess now = process;
      if (now == null) {
        throw new IllegalStateException("host %d was never started".formatted(number));
      }
      return now;
    }
  }

  /**
   * A fleet of which nothing runs yet.
   *
   * @param command what runs on the host of that number; asked at each start
   * @param rates how fast the clocks of a host go, where they do not go right: {@link WallClock}
   */
  public Fleet(
      Hosts hosts, Path directory, IntFunction<NodeCommand> command, Map<Integer, Double> rates) {
    this.hosts = hosts;
    this.directory = directory;
    this.command = command;
    for (int i = 1; i <= hosts.count(); i++) {
      try {
        Files.createDirectories(data(i));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Disk disk = new Disk(hosts.lossyDisk(), data(i), directory.resolve("disk" + i));
      double rate = rates.getOrDefault(i, WallClock.RIGHT);
      all.add(
          new Host(i, disk, new WallClock(hosts.clocks(), directory.resolve("clock" + i), rate)));
    }
    this.watching =
        watch.scheduleWithFixedDelay(
            this::look, WATCH.toMillis(), WATCH.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Where the process of a host keeps what its disk can lose. */
  public Path data(int host) {
    return directory.resolve("data").resolve("n" + host).toAbsolutePath();
  }

  /** Starts the process of a host that was not started or was {@link #stop stopped}. */
  public synchronized void start(int host) {
    Host it = host(host);
    it.down.remove(Down.NOT_STARTED);
    run(it);
  }

  /** Starts every process that does not run. */
  public synchronized void startAll() {
    for (Host host : all) {
      start(host.number);
    }
  }

  /** Kills the process of a host; it stays down until it is {@link #start started}. */
  public synchronized void stop(int host) {
    Host it = host(host);
    it.down.add(Down.NOT_STARTED);
    it.running().close();
  }

  /** The process that runs, or ran last, on a host. */
  public synchronized NodeProcess process(int host) {
    return host(host).running();
  }

  /** The disk of a host's process. */
  public Disk disk(int host) {
    return host(host).disk;
  }

  /** The clock of a host's process. */
  public WallClock clock(int host) {
    return host(host).clock;
  }

  /** Every end of a process that no {@link Fault} and no stop brought about. */
  public synchronized List<End> ends() {
    return List.copyOf(ends);
  }

  /** How often processes were started. */
  public synchronized int starts() {
    return all.stream().mapToInt(host -> host.starts).sum();
  }

  @Override
  public synchronized void begin(Fault fault) {
    inForce.add(fault);
    switch (fault) {
      case Fault.Kill(int host) -> {
        host(host).down.add(Down.FAULT);
        host(host).running().close();
      }
      case Fault.Pause(int host) -> pause(host(host));
      case Fault.Leave(int host) -> leave(host(host));
      case Fault.PowerLoss(int host) -> losePower(host(host));
      case Fault.LyingDisk(int host) -> host(host).disk.lie();
      case Fault.FullDisk(int host) -> {
        host(host).diskFails = true;
        host(host).disk.fill();
      }
      case Fault.SlowDisk(int host, int millis) -> host(host).disk.slow(millis);
      case Fault.WallJump(int host, int seconds) -> host(host).clock.jump(seconds);
      case Fault.Cut(int one, int other) -> hosts.cut(one, other);
      case Fault.CutOneWay(int from, int to) -> hosts.cutOneWay(from, to);
      case Fault.Split(Set<Integer> some, Set<Integer> others) -> hosts.split(some, others);
      case Fault.Loss(int host, int percent) -> hosts.lose(host, others(host), percent);
      case Fault.Delay(int host, int millis, int jitter) ->
          hosts.delay(host, others(host), millis, jitter);
    }
  }

  @Override
  public synchronized void end(Fault fault) {
    inForce.remove(fault);
    switch (fault) {
      case Fault.Kill(int host) -> mayRun(host(host));
      case Fault.Pause(int host) -> resume(host(host));
      case Fault.Leave(int host) -> mayRun(host(host));
      case Fault.PowerLoss(int host) -> mayRun(host(host));
      case Fault.LyingDisk(int host) -> {
        losePower(host(host));
        host(host).diskLost = true;
        // A host that lost its power is not back before the others have a leader again.
        mayRunAfter(FaultSchedule.Options.QUIET.dividedBy(2), host(host));
      }
      case Fault.FullDisk(int host) -> host(host).disk.heal();
      case Fault.SlowDisk(int host, int _) -> host(host).disk.heal();
      case Fault.WallJump(int host, int _) -> host(host).clock.jump(0);
      case Fault.Cut _, Fault.CutOneWay _, Fault.Split _ -> cutAgain();
      case Fault.Loss(int host, int _) -> hosts.lose(host, others(host), 0);
      case Fault.Delay(int host, int _, int _) -> hosts.delay(host, others(host), 0, 0);
    }
  }

  /** Ends every fault in force and starts whatever is down. */
  public synchronized void heal() {
    for (Fault fault : List.copyOf(inForce)) {
      end(fault);
    }
    for (Host host : all) {
      host.disk.heal();
      mayRun(host);
    }
  }

  @Override
  public void close() {
    watching.cancel(false);
    watch.shutdownNow();
    synchronized (this) {
      for (Host host : all) {
        host.down.add(Down.NOT_STARTED);
        if (host.process != null) {
          host.process.close();
        }
      }
    }
  }

  private Host host(int number) {
    return all.get(number - 1);
  }

  private List<Integer> others(int host) {
    return all.stream().map(each -> each.number).filter(number -> number != host).toList();
  }

  private void cutAgain() {
    hosts.heal();
    for (Fault still : inForce) {
      switch (still) {
        case Fault.Cut(int one, int other) -> hosts.cut(one, other);
        case Fault.CutOneWay(int from, int to) -> hosts.cutOneWay(from, to);
        case Fault.Split(Set<Integer> some, Set<Integer> others) -> hosts.split(some, others);
        default -> {}
      }
    }
  }

  private void pause(Host host) {
    if (host.running().isAlive()) {
      host.running().pause();
    }
  }

  private void resume(Host host) {
    if (host.running().isAlive()) {
      host.running().resume();
    }
  }

  /** It ends when it has done what it has to; until then it counts as running. */
  private void leave(Host host) {
    if (host.running().isAlive()) {
      host.down.add(Down.FAULT);
      host.leaves = true;
      host.running().terminate();
    }
  }

  private void losePower(Host host) {
    host.down.add(Down.FAULT);
    if (host.running().isAlive()) {
      host.disk.losePower();
      host.running().awaitEnd(Duration.ofSeconds(10));
    }
    host.running().close();
    host.disk.heal();
  }

  private synchronized void mayRun(Host host) {
    host.down.remove(Down.FAULT);
    run(host);
  }

  private void mayRunAfter(Duration delay, Host host) {
    CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> mayRun(host));
  }

  private void run(Host host) {
    boolean runs = host.process != null && host.process.isAlive();
    if (runs || !host.down.isEmpty() || watch.isShutdown()) {
      return;
    }
    Map<String, String> environment = new HashMap<>(host.disk.environment());
    environment.putAll(host.clock.environment());
    environment.put("LD_PRELOAD", host.disk.library() + ":" + host.clock.library());
    host.process =
        NodeProcess.start(command.apply(host.number), hosts.on(host.number), environment);
    host.endSeen = false;
    host.leaves = false;
    host.starts++;
  }

  private synchronized void look() {
    for (Host host : all) {
      Optional<NodeProcess> process = Optional.ofNullable(host.process);
      boolean ended = process.isPresent() && !process.get().isAlive();
      if (ended && host.down.isEmpty() && host.leaves) {
        run(host);
      } else if (ended && host.down.isEmpty() && !host.endSeen) {
        host.endSeen = true;
        int exitCode = process.get().awaitEnd(WATCH);
        ends.add(
            new End(
                host.number, exitCode, host.diskFails, host.diskLost, process.get().endOfLog()));
        host.diskFails = inForce.contains(new Fault.FullDisk(host.number));
        mayRunAfter(RESTART_DELAY, host);
      }
    }
  }
}
