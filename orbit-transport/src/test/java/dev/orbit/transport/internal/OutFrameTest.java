package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.transport.CompressionConfig;
import dev.orbit.transport.CompressionConfig.Algorithm;
import dev.orbit.transport.TransportCounts;
import io.grpc.Drainable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutFrameTest {
  private final OutFrame frame = new OutFrame(16 << 10);
  private final Copies copies = new Copies();

  /** Stands for gRPC's buffer, and remembers whose arrays it was given. */
  private static final class Buffer extends OutputStream {
    final List<byte[]> given = new ArrayList<>();
    int bytes;

    @Override
    public void write(int value) {
      bytes++;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      given.add(from);
      bytes += length;
    }
  }

  private Buffer drained() throws IOException {
    Buffer buffer = new Buffer();
    int size = ((Drainable) frame.stream()).drainTo(buffer);
    assertThat(buffer.bytes).isEqualTo(size);
    frame.count(copies);
    frame.clear();
    return buffer;
  }

  private void add(byte[] payload) {
    frame.add(Requests.oneWay(1, payload, 0).member(0));
  }

  @Test
  void givesALargePayloadAsItCameFromItsCodec() throws Exception {
    byte[] payload = new byte[1 << 20];
    add(payload);

    Buffer buffer = drained();

    assertThat(buffer.given).anySatisfy(array -> assertThat(array).isSameAs(payload));
    // Copied by gRPC; saved from the codec to the frame and from the frame to gRPC.
    assertThat(copies.read()).isEqualTo(new TransportCounts.Payloads(1 << 20, 2 << 20));
  }

  @Test
  void collectsSmallPayloadsSoThatTheyAreWrittenAtOnce() throws Exception {
    for (int i = 0; i < 10; i++) {
      add(new byte[100]);
    }

    Buffer buffer = drained();

    assertThat(buffer.given).hasSize(1);
    assertThat(copies.read()).isEqualTo(new TransportCounts.Payloads(2_000, 1_000));
  }

  @Test
  void countsWhatCompressingCopies() throws Exception {
    try (Compressor compressor =
        new Compressor(
            new CompressionConfig(Algorithm.ZSTD, 1, 1_000, 0.9), new Counters(), () -> 0)) {
      add(new byte[100_000]);
      compressor.deflate(frame, Algorithm.ZSTD);

      int wire = drained().bytes;

      // Into the array that is compressed, and what came of it by gRPC.
      assertThat(copies.read().copiedBytes()).isBetween(100_000L + wire - 20, 100_000L + wire);
      assertThat(copies.read().savedBytes()).isEqualTo(100_000);
    }
  }

  @Test
  void countsNothingOfWhatWasNotSent() {
    add(new byte[5_000]);

    frame.count(copies);

    assertThat(copies.read()).isEqualTo(new TransportCounts.Payloads(0, 0));
  }
}
