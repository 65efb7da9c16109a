package dev.orbit.faults;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one process saw and when, one line each, in a file that outlives a kill of the process: a
 * line is with the kernel when {@link #add} returns. Of a line that was cut short nothing is read.
 *
 * <p>Moments are of {@link MonotonicClock}. A claim of the kind "I still hold it" takes the moment
 * <em>before</em> it asks, a claim of the kind "now it is gone" the moment <em>after</em>: then no
 * pause in between can make a true claim look false.
 *
 * <p>Thread-safe.
 */
public final class Stamps implements AutoCloseable {
  private static final String SUFFIX = ".stamps";

  /** No channel: an interrupt of one thread that writes would close it for all. */
  private final FileOutputStream file;

  /**
   * One line.
   *
   * @param source which process wrote it
   * @param nanos when, by {@link MonotonicClock}
   * @param kind what happened
   * @param words the particulars, without spaces
   */
  public record Stamp(String source, long nanos, String kind, List<String> words) {
    public Stamp {
      words = List.copyOf(words);
    }

    /** The particular at {@code index}. */
    public String word(int index) {
      return words.get(index);
    }

    /** The particular at {@code index} as a number. */
    public long number(int index) {
      return Long.parseLong(words.get(index));
    }
  }

  private Stamps(FileOutputStream file) {
    this.file = file;
  }

  /**
   * Goes on with the stamps of {@code source}, or begins them.
   *
   * @param directory the same for all processes of a run
   */
  public static Stamps open(Path directory, String source) {
    try {
      Files.createDirectories(directory);
      return new Stamps(
          new FileOutputStream(directory.resolve(source + SUFFIX).toFile(), /* append= */ true));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes what happened now. */
  public void add(String kind, Object... words) {
    addAt(MonotonicClock.nanos(), kind, words);
  }

  /** Notes what happened at {@code nanos}. */
  public void addAt(long nanos, String kind, Object... words) {
    StringBuilder line = new StringBuilder().append(nanos).append(' ').append(kind);
    for (Object word : words) {
      line.append(' ').append(word);
    }
    byte[] bytes = line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    try {
      // One call: lines of several threads do not mix, and a kill leaves all of it or nothing.
      synchronized (file) {
        file.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All stamps of a run by all processes, the earliest first. */
  public static List<Stamp> read(Path directory) {
    List<Stamp> stamps = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
        String name = file.getFileName().toString();
        String source = name.substring(0, name.length() - SUFFIX.length());
        String text = Files.readString(file);
        text.substring(0, text.lastIndexOf('\n') + 1)
            .lines()
            .map(line -> parse(source, line))
            .forEach(stamps::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    stamps.sort(Comparator.comparingLong(Stamp::nanos));
    return stamps;
  }

  private static Stamp parse(String source, String line) {
    List<String> words = Arrays.asList(line.split(" ", -1));
    return new Stamp(
        source, Long.parseLong(words.get(0)), words.get(1), words.subList(2, words.size()));
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
