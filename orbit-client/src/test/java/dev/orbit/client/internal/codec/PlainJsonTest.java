package dev.orbit.client.internal.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.client.codec.CodecException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Beside an argument of {@link Object} nothing is plain, so that Jackson says what is right. */
class PlainJsonTest {
  private static final List<Type> TYPES =
      List.of(
          String.class,
          int.class,
          Integer.class,
          long.class,
          Long.class,
          boolean.class,
          Boolean.class);

  private final Random random = new Random(20261127);
  private final JsonCodec codec =
      new JsonCodec(
          (type, address) -> {
            throw new AssertionError("no references here");
          });

  @Test
  void writesWhatJacksonWrites() throws CodecException {
    for (int i = 0; i < 20_000; i++) {
      List<Type> types = new ArrayList<>();
      List<@Nullable Object> values = new ArrayList<>();
      for (int j = random.nextInt(4); j > 0; j--) {
        Type type = TYPES.get(random.nextInt(TYPES.size()));
        types.add(type);
        values.add(value(type));
      }
      String plain = new String(codec.encodeArguments(types, values.toArray()), UTF_8);
      types.add(Object.class);
      values.add(7);
      String whole = new String(codec.encodeArguments(types, values.toArray()), UTF_8);
      assertThat(types.size() == 1 ? "[7]" : plain.substring(0, plain.length() - 1) + ",7]")
          .isEqualTo(whole);
      if (types.size() == 2) {
        assertThat(codec.encodeValue(types.getFirst(), values.getFirst()))
            .asString(UTF_8)
            .isEqualTo(plain.substring(1, plain.length() - 1));
      }
    }
  }

  @Test
  void readsWhatJacksonReads() throws CodecException {
    int accepted = 0;
    for (int i = 0; i < 100_000; i++) {
      Type type = TYPES.get(random.nextInt(TYPES.size()));
      byte[] right = codec.encodeValue(type, value(type));
      String text = new String(i % 4 == 0 ? right : damaged(right), ISO_8859_1);
      Object expected = outcome(List.of(type, Object.class), "[" + text + ",7]", 0);
      assertThat(outcome(List.of(type), "[" + text + "]", 0)).as(text).isEqualTo(expected);
      assertThat(outcome(List.of(String.class, type), "[\"a\"," + text + "]", 1))
          .as(text)
          .isEqualTo(expected);
      PlainJson alone = new PlainJson(text.getBytes(ISO_8859_1));
      Object value = alone.next(PlainJson.Form.of(type));
      if (!PlainJson.NOT_PLAIN.equals(value) && alone.isAtEnd()) {
        accepted++;
        assertThat(value).as(text).isEqualTo(expected);
        assertThat(codec.decodeValue(type, text.getBytes(ISO_8859_1))).isEqualTo(expected);
      }
    }
    // Many of the damaged ones too are right, and none that is wrong was taken.
    assertThat(accepted).isGreaterThan(20_000);
  }

  @Test
  void readsOneAfterAnother() throws CodecException {
    List<Type> types = List.of(String.class, long.class, boolean.class);
    byte[] bytes = codec.encodeArguments(types, new Object[] {"plain", -12L, true});
    var in = new PlainJson(bytes);
    assertThat(in.skip('[')).isTrue();
    assertThat(in.next(PlainJson.Form.TEXT)).isEqualTo("plain");
    assertThat(in.skip(',')).isTrue();
    assertThat(in.next(PlainJson.Form.LONG)).isEqualTo(-12L);
    assertThat(in.skip(',')).isTrue();
    assertThat(in.next(PlainJson.Form.BOOLEAN)).isEqualTo(true);
    assertThat(in.skip(']')).isTrue();
    assertThat(in.isAtEnd()).isTrue();
  }

  /** What is read, or {@code wrong}: what exactly is said of a mistake depends on what follows. */
  private @Nullable Object outcome(List<Type> types, String text, int index) {
    try {
      return codec.decodeArguments(types, text.getBytes(ISO_8859_1))[index];
    } catch (CodecException e) {
      return "wrong";
    }
  }

  private @Nullable Object value(Type type) {
    if (type.equals(String.class)) {
      return random.nextInt(8) == 0 ? null : text();
    }
    if (type.equals(boolean.class) || type.equals(Boolean.class)) {
      return random.nextBoolean();
    }
    long number =
        switch (random.nextInt(6)) {
          case 0 -> random.nextLong();
          case 1 -> Long.MIN_VALUE;
          case 2 -> Long.MAX_VALUE;
          case 3 -> 0;
          default -> random.nextLong() >> random.nextInt(64);
        };
    return type.equals(int.class) || type.equals(Integer.class) ? (Object) (int) number : number;
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    String odd = "\"\\\n\t\u0000\u007f\u0080éß中\uD83D\uDE00 /";
    for (int i = random.nextInt(12); i > 0; i--) {
      int at = random.nextInt(40);
      text.append(at < odd.length() ? odd.charAt(at) : (char) (' ' + random.nextInt(95)));
    }
    // Halves of pairs can be written by nobody.
    return text.toString().replaceAll("[\uD800-\uDFFF]", "\uD83D\uDE00");
  }

  private byte[] damaged(byte[] right) {
    byte[] bytes = Arrays.copyOf(right, right.length + random.nextInt(2));
    String likely = " \t\"\\0123456789-+.eE,]}truefalsn\u0000";
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] =
          random.nextInt(8) == 0
              ? (byte) random.nextInt(256)
              : (byte) likely.charAt(random.nextInt(likely.length()));
    }
    return bytes;
  }
}
