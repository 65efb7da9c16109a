package dev.orbit.client.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a codec gets for arguments that it need not write itself. */
class PayloadCodecTest {
  private static final int MIB = 1 << 20;
  private static final List<Type> TWO = List.of(byte[].class, byte[].class);

  /** Bytes as they are. */
  private static class Raw implements PayloadCodec {
    @Override
    public int id() {
      return FIRST_USER_ID;
    }

    @Override
    public String name() {
      return "raw";
    }

    @Override
    public boolean supports(Type type) {
      return type == byte[].class;
    }

    @Override
    public byte[] encodeValue(Type type, @Nullable Object value) throws CodecException {
      if (value instanceof byte[] bytes) {
        return bytes;
      }
      throw new CodecException("it is no array of bytes", null);
    }

    @Override
    public @Nullable Object decodeValue(Type type, byte[] bytes) throws CodecException {
      return bytes;
    }
  }

  /** One that reads where the bytes stand. */
  private static final class InPlace extends Raw {
    final List<byte[]> read = new ArrayList<>();

    @Override
    public @Nullable Object decodeValue(Type type, byte[] bytes, int offset, int length) {
      read.add(bytes);
      return bytes[offset] + " of " + length;
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void aLoneArgumentIsWhatItsCodecMade() throws Exception {
    byte[] value = new byte[MIB];

    byte[] encoded = new Raw().encodeArguments(List.of(byte[].class), new Object[] {value});

    assertThat(encoded).isSameAs(value);
    assertThat(new Raw().decodeArguments(List.of(byte[].class), encoded)[0]).isSameAs(value);
  }

  @Test
  void severalArgumentsAreCopiedOnceIntoAnArrayOfTheirSize() throws Exception {
    Object[] values = {new byte[MIB], new byte[MIB]};
    new Raw().encodeArguments(TWO, values);
    long before = allocated();

    byte[] encoded = new Raw().encodeArguments(TWO, values);

    assertThat(allocated() - before).isBetween(2L * MIB, 2L * MIB + 16 * 1024);
    assertThat(encoded).hasSize(2 * MIB + 8);
    assertThat(new Raw().decodeArguments(TWO, encoded)).isEqualTo(values);
  }

  @Test
  void aCodecThatCanReadsSeveralArgumentsWhereTheyStand() throws Exception {
    InPlace codec = new InPlace();
    byte[] encoded =
        codec.encodeArguments(TWO, new Object[] {new byte[] {7, 7, 7}, new byte[] {9}});

    Object[] decoded = codec.decodeArguments(TWO, encoded);

    assertThat(decoded).containsExactly("7 of 3", "9 of 1");
    assertThat(codec.read).hasSize(2).allSatisfy(array -> assertThat(array).isSameAs(encoded));
  }

  @Test
  void nullStandsAmongSeveralArgumentsAndWhatIsMissingOrTooMuchIsTold() throws Exception {
    byte[] encoded = new Raw().encodeArguments(TWO, new Object[] {null, new byte[] {1, 2}});

    assertThat(new Raw().decodeArguments(TWO, encoded))
        .isEqualTo(new Object[] {null, new byte[] {1, 2}});
    assertThatThrownBy(() -> new Raw().decodeArguments(TWO, Arrays.copyOf(encoded, 9)))
        .isInstanceOfSatisfying(CodecException.class, e -> assertThat(e.position()).isEqualTo(1));
    assertThatThrownBy(() -> new Raw().decodeArguments(TWO, Arrays.copyOf(encoded, 12)))
        .hasMessage("2 bytes follow the last argument");
  }
}
