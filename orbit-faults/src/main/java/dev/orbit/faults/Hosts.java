package dev.orbit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Hosts of a network of their own: network namespaces of this machine on one bridge, numbered from
 * 1. This process is on none of them; what runs on a host is started with {@link #on}.
 *
 * <p>A cut drops packets where they arrive, so a sender meets silence. Loss and delay work on
 * packets too: TCP sends again, waits longer, and backs off as it does on a bad line.
 *
 * <p>Several networks may exist at once, also of several processes. Closing takes everything away;
 * what is still running on a host must have ended before.
 *
 * <p>Not thread-safe.
 */
public final class Hosts implements AutoCloseable {
  /** More than any suite needs, few enough for a small machine. */
  public static final int MAX_HOSTS = 16;

  private static int made;

  private final int count;
  private final String prefix;
  private final NativeTools tools;
  private final Map<String, String> environment;

  private Hosts(int count, String prefix, NativeTools tools, Path state) {
    this.count = count;
    this.prefix = prefix;
    this.tools = tools;
    this.environment = Map.of("NETNS_PREFIX", prefix, "NETNS_STATE", state.toString());
  }

  /** What this machine lacks for hosts, in words for a reader; empty if it lacks nothing. */
  public static List<String> missing() {
    List<String> missing = new ArrayList<>(NativeTools.missing());
    if (!"root".equals(System.getProperty("user.name"))) {
      missing.add("the rights of root");
    }
    if (NativeTools.onPath("ip").isEmpty()) {
      missing.add("ip (package iproute2)");
    }
    if (NativeTools.onPath("iptables-legacy").isEmpty()) {
      missing.add("iptables-legacy (package iptables)");
    }
    return missing;
  }

  /**
   * Makes hosts 1 to {@code count}, all links well.
   *
   * @param directory for what belongs to them
   */
  public static Hosts open(int count, Path directory) {
    if (count < 1 || count > MAX_HOSTS) {
      throw new IllegalArgumentException("%d hosts; 1 to %d".formatted(count, MAX_HOSTS));
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    NativeTools tools = NativeTools.in(directory.resolve("tools"));
    Hosts hosts = new Hosts(count, prefix(), tools, directory.resolve("network"));
    try {
      hosts.script("up", Integer.toString(count));
    } catch (RuntimeException e) {
      hosts.script("down");
      throw e;
    }
    return hosts;
  }

  /** Short enough for the name of a network device, and of this process and network alone. */
  private static synchronized String prefix() {
    made++;
    return "o%s%s"
        .formatted(
            Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX),
            made < 2 ? "" : "." + made)
        .toLowerCase(Locale.ROOT);
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** The address of a host, for the others. */
  public String address(int host) {
    return "10.77.0." + host;
  }

  /** What to put before a command so that it runs on a host; it keeps the process id. */
  public List<String> on(int host) {
    return List.of("ip", "netns", "exec", prefix + "-" + host);
  }

  /** Cuts two hosts off from each other. */
  public void cut(int one, int other) {
    script("cut", number(one), number(other));
  }

  /** Nothing that {@code from} sends arrives at {@code to} any more; the other way stays well. */
  public void cutOneWay(int from, int to) {
    script("cut1", number(from), number(to));
  }

  /** Undoes cuts between two hosts, in both directions. */
  public void heal(int one, int other) {
    script("heal", number(one), number(other));
  }

  /** Undoes all cuts. */
  public void heal() {
    script("heal");
  }

  /** Cuts every host of one group off from every host of the other. */
  public void split(Collection<Integer> some, Collection<Integer> others) {
    script("split", numbers(some), numbers(others));
  }

  /**
   * So many packets between a host and each of some others are lost in each direction.
   *
   * @param percent 0 to 100; 0 makes the line well again
   */
  public void lose(int one, Collection<Integer> others, int percent) {
    script("loss", number(one), numbers(others), Integer.toString(percent));
  }

  /**
   * Packets between a host and each of some others take so much longer in each direction, and keep
   * their order.
   *
   * @param millis 0 makes the line well again
   * @param jitterMillis by how much it may be less or more
   */
  public void delay(int one, Collection<Integer> others, int millis, int jitterMillis) {
    script(
        "delay",
        number(one),
        numbers(others),
        Integer.toString(millis),
        Integer.toString(jitterMillis));
  }

  /** The rules in force, for a reader. */
  public String status() {
    return script("status");
  }

  /** The library that takes a process's writes back. */
  Path lossyDisk() {
    return tools.lossyDisk();
  }

  /** The library that falsifies a process's clocks. */
  Path clocks() {
    return tools.clocks();
  }

  @Override
  public void close() {
    script("down");
  }

  private String script(String... arguments) {
    List<String> command = new ArrayList<>(List.of("bash", tools.script().toString()));
    command.addAll(List.of(arguments));
    return Command.run("hosts", command, environment);
  }

  private String number(int host) {
    if (host < 1 || host > count) {
      throw new IllegalArgumentException("host %d; 1 to %d".formatted(host, count));
    }
    return Integer.toString(host);
  }

  private String numbers(Collection<Integer> hosts) {
    return hosts.stream().map(this::number).collect(Collectors.joining(" "));
  }
}
