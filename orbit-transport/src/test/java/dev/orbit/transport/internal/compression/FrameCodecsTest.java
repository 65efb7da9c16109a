package dev.orbit.transport.internal.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.orbit.transport.CompressionConfig;
import dev.orbit.transport.CompressionConfig.Algorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameCodecsTest {
  private final FrameCodecs codecs = new FrameCodecs(CompressionConfig.OFF);
  private final Random random = new Random(7);

  private FrameCodec codec(Algorithm algorithm) {
    FrameCodec codec = codecs.of(algorithm.number());
    assertThat(codec).as("%s is there", algorithm).isNotNull();
    return codec;
  }

  private static byte[] deflated(FrameCodec codec, byte[] plain) throws IOException {
    byte[] to = new byte[codec.most(plain.length)];
    return Arrays.copyOf(to, codec.deflate(plain, plain.length, to));
  }

  private byte[] text(int size) {
    byte[] line = "{\"sku\":\"1234\",\"quantity\":2},".getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = line[i % line.length];
    }
    return bytes;
  }

  private byte[] noise(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void givesBackWhatItWasGiven(Algorithm algorithm) throws Exception {
    FrameCodec codec = codec(algorithm);
    for (int size : new int[] {0, 1, 63, 1024, 70_000, 1 << 20}) {
      for (byte[] plain : new byte[][] {text(size), noise(size), new byte[size]}) {
        byte[] small = deflated(codec, plain);
        byte[] within = new byte[small.length + 9];
        System.arraycopy(small, 0, within, 5, small.length);
        byte[] back = new byte[size + 3];

        codec.inflate(within, 5, small.length, back, size);

        assertThat(Arrays.copyOf(back, size)).isEqualTo(plain);
      }
    }
    assertThat(deflated(codec, text(70_000)).length).isLessThan(7_000);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void neverMakesMoreThanWasPromised(Algorithm algorithm) throws Exception {
    FrameCodec codec = codec(algorithm);
    byte[] bomb = deflated(codec, new byte[1 << 20]);
    byte[] to = new byte[4096];

    assertThatThrownBy(() -> codec.inflate(bomb, 0, bomb.length, to, 1000))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> codec.inflate(bomb, 0, bomb.length, new byte[(1 << 20) + 1], (1 << 20) + 1))
        .isInstanceOf(IOException.class);
    assertThat(Arrays.copyOfRange(to, 1000, 4096)).containsOnly(0);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void damageEndsInOneKindOfException(Algorithm algorithm) throws Exception {
    FrameCodec codec = codec(algorithm);
    byte[] good = deflated(codec, text(3000));
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      int length = random.nextInt(2) == 0 ? bad.length : random.nextInt(bad.length);
      try {
        codec.inflate(bad, 0, length, new byte[3000], 3000);
      } catch (IOException e) {
        refused++;
      } catch (RuntimeException e) {
        fail("run %d".formatted(i), e);
      }
    }

    assertThat(refused).isPositive();
  }

  @Test
  void hasNoneForANumberThatItDoesNotKnow() {
    assertThat(codecs.of(0)).isNull();
    assertThat(codecs.of(4)).isNull();
    assertThat(codecs.of(-1)).isNull();
    assertThat(FrameCodecs.takenNumbers()).containsExactly(1, 2, 3);
  }
}
