package dev.orbit.benchmarks.link;

import dev.orbit.proto.wire.DirectoryEntryProto;
import dev.orbit.proto.wire.EntriesResponseProto;
import dev.orbit.transport.CompressionConfig;
import dev.orbit.transport.CompressionConfig.Algorithm;
import dev.orbit.transport.internal.compression.FrameCodec;
import dev.orbit.transport.internal.compression.FrameCodecs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * What compressing a frame brings and costs: by kind of payload, size and algorithm, on one thread.
 *
 * <p>The last column is the speed of a link, in megabits a second, below which compressing, sending
 * less and inflating takes less time than sending it as it is.
 */
public final class CompressionCosts {
  private static final long NANOS = 250_000_000L;
  private static final int[] SIZES = {1 << 10, 16 << 10, 256 << 10};

  private final Random random = new Random(11);

  private CompressionCosts() {}

  /** Prints a table. */
  public static void main(String[] args) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%-9s %8s %-5s %7s %14s %14s %12s%n",
        "payload",
        "bytes",
        "by",
        "ratio",
        "deflate MB/s",
        "inflate MB/s",
        "pays below");
    new CompressionCosts().run();
  }

  private void run() throws IOException {
    for (String kind : new String[] {"json", "protobuf", "text", "random"}) {
      for (int size : SIZES) {
        byte[] payload = payload(kind, size);
        for (Algorithm algorithm :
            new Algorithm[] {Algorithm.GZIP, Algorithm.ZSTD, Algorithm.LZ4}) {
          try (FrameCodecs codecs = new FrameCodecs(new CompressionConfig(algorithm, 1, 64, 0.9))) {
            FrameCodec codec = codecs.of(algorithm.number());
            if (codec == null) {
              throw new IllegalStateException(algorithm + " is not there on this platform");
            }
            print(kind, payload, algorithm, codec);
          }
        }
      }
    }
  }

  private static void print(String kind, byte[] plain, Algorithm algorithm, FrameCodec codec)
      throws IOException {
    byte[] to = new byte[codec.most(plain.length)];
    int length = codec.deflate(plain, plain.length, to);
    byte[] small = Arrays.copyOf(to, length);
    byte[] back = new byte[plain.length];
    double deflate = nanosEach(() -> codec.deflate(plain, plain.length, to));
    double inflate =
        nanosEach(
            () -> {
              codec.inflate(small, 0, small.length, back, back.length);
              return back.length;
            });
    double saved = plain.length - (double) length;
    String below =
        saved <= 0
            ? "never"
            : String.format(Locale.ROOT, "%.0f Mbit/s", saved * 8e3 / (deflate + inflate));
    System.out.printf(
        Locale.ROOT,
        "%-9s %8d %-5s %7.3f %14.0f %14.0f %12s%n",
        kind,
        plain.length,
        algorithm.name().toLowerCase(Locale.ROOT),
        (double) length / plain.length,
        plain.length * 1e3 / deflate,
        plain.length * 1e3 / inflate,
        below);
  }

  /** One round of what is measured. */
  private interface Work {
    int run() throws IOException;
  }

  private static double nanosEach(Work work) throws IOException {
    rounds(work);
    return rounds(work);
  }

  private static double rounds(Work work) throws IOException {
    long began = System.nanoTime();
    long rounds = 0;
    long now = began;
    long sum = 0;
    while (now - began < NANOS) {
      for (int i = 0; i < 16; i++) {
        sum += work.run();
      }
      rounds += 16;
      now = System.nanoTime();
    }
    if (sum == 0) {
      throw new IllegalStateException("nothing was done");
    }
    return (double) (now - began) / rounds;
  }

  private byte[] payload(String kind, int size) {
    return switch (kind) {
      case "json" -> json(size);
      case "protobuf" -> protobuf(size);
      case "text" -> text(size);
      default -> noise(size);
    };
  }

  private byte[] json(int size) {
    StringBuilder json = new StringBuilder("[");
    while (json.length() < size) {
      json.append(
          String.format(
              Locale.ROOT,
              "{\"sku\":\"sku-%d\",\"quantity\":%d,\"price\":%d.%02d,\"customer\":\"%s\"},",
              random.nextInt(100_000),
              1 + random.nextInt(9),
              random.nextInt(500),
              random.nextInt(100),
              Long.toHexString(random.nextLong())));
    }
    return Arrays.copyOf(json.toString().getBytes(StandardCharsets.UTF_8), size);
  }

  private byte[] protobuf(int size) {
    EntriesResponseProto.Builder entries = EntriesResponseProto.newBuilder();
    int bytes = 0;
    while (bytes < size) {
      DirectoryEntryProto.Builder entry = DirectoryEntryProto.newBuilder();
      entry
          .getReferenceBuilder()
          .setAddressableType("shop.Cart")
          .getKeyBuilder()
          .setStringKey("customer-" + random.nextInt(1_000_000));
      entry.getHostBuilder().setKey("node-" + random.nextInt(9)).setNamespace("shop");
      entry
          .setHostIncarnation(random.nextInt(1 << 20))
          .setActivation(random.nextInt(1 << 24))
          .setFenceView(random.nextInt(1 << 10))
          .setFenceCounter(random.nextInt(1 << 24));
      entries.addEntries(entry);
      bytes += entry.build().getSerializedSize() + 2;
    }
    return Arrays.copyOf(entries.build().toByteArray(), size);
  }

  private byte[] text(int size) {
    String[] words = new String[2_000];
    for (int i = 0; i < words.length; i++) {
      StringBuilder word = new StringBuilder();
      for (int letters = 2 + random.nextInt(8); letters > 0; letters--) {
        word.append((char) ('a' + (int) Math.min(25, Math.abs(random.nextGaussian() * 8))));
      }
      words[i] = word.toString();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (bytes.size() < size) {
      int rank = (int) (words.length * Math.pow(random.nextDouble(), 3));
      bytes.writeBytes((words[rank] + " ").getBytes(StandardCharsets.UTF_8));
    }
    return Arrays.copyOf(bytes.toByteArray(), size);
  }

  private byte[] noise(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }
}
