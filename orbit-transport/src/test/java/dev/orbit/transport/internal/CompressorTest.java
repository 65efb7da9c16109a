package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.orbit.proto.wire.DeflatedProto;
import dev.orbit.transport.CompressionConfig;
import dev.orbit.transport.CompressionConfig.Algorithm;
import dev.orbit.transport.TransportCounts;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressorTest {
  private final Counters counters = new Counters();
  private long now;
  private final Compressor compressor =
      new Compressor(
          new CompressionConfig(Algorithm.ZSTD, 1, 1000, 0.9), counters, () -> now += 1_000);

  @AfterEach
  void close() {
    compressor.close();
  }

  private static OutFrame frame(byte[] payload) {
    return OutFrame.of(Requests.oneWay(1, payload, 0), 0);
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(OutFrame frame) throws Exception {
    byte[] bytes = frame.stream().readAllBytes();
    assertThat(bytes).hasSize(frame.size());
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void makesFramesSmallerAndWholeAgain(Algorithm algorithm) throws Exception {
    byte[] plain = bytes(frame(new byte[50_000]));
    OutFrame frame = frame(new byte[50_000]);

    compressor.deflate(frame, algorithm);
    byte[] wire = bytes(frame);
    Compressor.Inflated back = compressor.inflate(wire, wire.length, 60_000);

    assertThat(wire[0]).isEqualTo((byte) Compressor.FIRST_BYTE);
    assertThat(wire.length).isLessThan(1_000);
    assertThat(Arrays.copyOf(back.bytes(), back.length())).isEqualTo(plain);
    TransportCounts counts = counters.read();
    assertThat(counts.out().frames()).isEqualTo(1);
    assertThat(counts.out().plainBytes()).isEqualTo(plain.length);
    assertThat(counts.out().ratio()).isLessThan(0.02);
    assertThat(counts.out().time()).isPositive();
    assertThat(counts.in().frames()).isEqualTo(1);
    assertThat(counts.in().wireBytes()).isEqualTo(wire.length);
    assertThat(counts.in().plainBytes()).isEqualTo(plain.length);
    assertThat(counts.in().time()).isPositive();
  }

  @Test
  void leavesSmallFramesAndThoseForEndsThatTakeNoneAsTheyAre() throws Exception {
    OutFrame small = frame(new byte[500]);
    OutFrame unwanted = frame(new byte[50_000]);

    compressor.deflate(small, Algorithm.ZSTD);
    compressor.deflate(unwanted, Algorithm.NONE);

    assertThat(bytes(small)).isEqualTo(bytes(frame(new byte[500])));
    assertThat(bytes(unwanted)).isEqualTo(bytes(frame(new byte[50_000])));
    assertThat(counters.read().out()).isEqualTo(TransportCounts.NONE.out());
  }

  @Test
  void sendsWhatDoesNotShrinkAsItWasAndStopsTryingThatKind() throws Exception {
    for (int i = 0; i < 100; i++) {
      OutFrame frame = frame(noise(5_000));
      compressor.deflate(frame, Algorithm.ZSTD);
      assertThat(bytes(frame)[0]).isNotEqualTo((byte) Compressor.FIRST_BYTE);
    }

    TransportCounts.Compression out = counters.read().out();
    assertThat(out.frames()).isZero();
    assertThat(out.useless()).isLessThan(10);
    assertThat(out.skipped()).isEqualTo(100 - out.useless());
  }

  @Test
  void aFrameThatIsUsedAgainForgetsWhatItWasDeflatedTo() throws Exception {
    OutFrame frame = frame(new byte[50_000]);
    compressor.deflate(frame, Algorithm.LZ4);

    frame.clear();
    frame.add(Requests.oneWay(2, new byte[10], 0).member(0));

    assertThat(bytes(frame)[0]).isNotEqualTo((byte) Compressor.FIRST_BYTE);
  }

  private static byte[] deflated(int encoding, int promised, byte[] data) {
    return DeflatedProto.newBuilder()
        .setEncoding(encoding)
        .setInflatedBytes(promised)
        .setData(ByteString.copyFrom(data))
        .build()
        .toByteArray();
  }

  @Test
  void refusesWhatPromisesMoreThanIsAllowedWithoutMakingIt() {
    byte[] bomb = deflated(2, Integer.MAX_VALUE, new byte[10]);
    byte[] larger = deflated(1, -1, new byte[10]);

    assertThatThrownBy(() -> compressor.inflate(bomb, bomb.length, 1 << 20))
        .isInstanceOfSatisfying(Loop.BadFrame.class, bad -> assertThat(bad.isTooLarge()).isTrue());
    assertThatThrownBy(() -> compressor.inflate(larger, larger.length, 1 << 20))
        .isInstanceOfSatisfying(Loop.BadFrame.class, bad -> assertThat(bad.isTooLarge()).isTrue());
  }

  @Test
  void refusesWhatPromisesMoreThanItsBytesCanMakeWithoutMakingIt() {
    int promised = 1 << 30;
    for (Algorithm algorithm : new Algorithm[] {Algorithm.GZIP, Algorithm.ZSTD, Algorithm.LZ4}) {
      byte[] small = deflated(algorithm.number(), promised, new byte[1000]);

      assertThatThrownBy(() -> compressor.inflate(small, small.length, promised))
          .isInstanceOf(Loop.BadFrame.class)
          .hasMessageContaining("of 1000 bytes that promises 1073741824, more than they can hold");
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void takesWhatShrinksAsMuchAsAnythingCan(Algorithm algorithm) throws Exception {
    OutFrame frame = frame(new byte[16 << 20]);
    int plain = frame.size();

    compressor.deflate(frame, algorithm);
    byte[] wire = bytes(frame);
    Compressor.Inflated back = compressor.inflate(wire, wire.length, 32 << 20);

    assertThat(back.length()).isEqualTo(plain);
  }

  @Test
  void refusesNonsense() {
    byte[] garbage = deflated(2, 100, noise(50));
    byte[] unknown = deflated(9, 100, noise(50));
    byte[] empty = {(byte) Compressor.FIRST_BYTE};

    for (byte[] bad : new byte[][] {garbage, unknown, empty}) {
      assertThatThrownBy(() -> compressor.inflate(bad, bad.length, 1 << 20))
          .isInstanceOfSatisfying(
              Loop.BadFrame.class, frame -> assertThat(frame.isTooLarge()).isFalse());
    }
  }
}
