package dev.orbit.transport;

import java.time.Duration;

/**
 * What a transport has counted since it was made.
 *
 * @param breakersOpened how often callers began to be refused because a node said nothing
 * @param breakerRefused how many requests of callers were refused because of that
 * @param out what compressing frames on their way out has brought and cost
 * @param in what inflating frames has cost
 * @param payloadsOut how often bytes of payloads were copied between their codec and the network
 * @param payloadsIn how often they were between the network and their codec
 */
public record TransportCounts(
    long breakersOpened,
    long breakerRefused,
    Compression out,
    Inflation in,
    Payloads payloadsOut,
    Payloads payloadsIn) {
  /** Nothing yet. */
  public static final TransportCounts NONE =
      new TransportCounts(
          0,
          0,
          new Compression(0, 0, 0, 0, 0, Duration.ZERO),
          new Inflation(0, 0, 0, Duration.ZERO),
          new Payloads(0, 0),
          new Payloads(0, 0));

  /**
   * What became of the bytes of payloads in one direction. A byte counts at each step of its way
   * through this process: it was copied there, or its array went on to the next step.
   *
   * @param copiedBytes how many bytes were copied, each as often as it was
   * @param savedBytes how many went on as they were
   */
  public record Payloads(long copiedBytes, long savedBytes) {}

  /**
   * Frames on their way out.
   *
   * @param frames how many were sent compressed
   * @param useless how many were compressed and sent as they were, because they did not shrink
   * @param skipped how many were not tried, because others of their kind had not shrunk
   * @param plainBytes how many bytes those sent compressed had before
   * @param wireBytes how many they had then
   * @param time how long compressing took, the useless included
   */
  public record Compression(
      long frames, long useless, long skipped, long plainBytes, long wireBytes, Duration time) {
    /** Which part of their size the compressed ones kept; 1 where there are none. */
    public double ratio() {
      return plainBytes == 0 ? 1 : (double) wireBytes / plainBytes;
    }
  }

  /**
   * Frames that came in compressed.
   *
   * @param frames how many
   * @param wireBytes how many bytes they had
   * @param plainBytes how many they had when inflated
   * @param time how long inflating took
   */
  public record Inflation(long frames, long wireBytes, long plainBytes, Duration time) {}
}
