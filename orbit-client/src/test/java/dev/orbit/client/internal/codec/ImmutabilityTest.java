package dev.orbit.client.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.protobuf.Duration;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImmutabilityTest {
  record Line(String sku, int quantity) {}

  record Order(List<Line> lines, Map<String, Line> bySku, Optional<Instant> paidAt) {}

  record Picture(byte[] pixels) {}

  record Secretive(String name, @JsonIgnore String secret) {}

  /** Its accessor gives a copy of what others can change. */
  record Deceptive(List<String> names) {
    @Override
    public List<String> names() {
      return List.copyOf(names);
    }
  }

  static class Mutable {
    int value;
  }

  static class Special extends BigDecimal {
    private static final long serialVersionUID = 1L;
    int changeable;

    Special() {
      super(1);
    }
  }

  @SuppressWarnings("unused") // Read for their types.
  interface Types {
    List<Line> lines();

    Set<String> names();

    Map<String, Line> bySku();

    Optional<Line> maybe();

    Optional<List<String>> maybeNames();
  }

  private static Type type(String method) throws NoSuchMethodException {
    return Types.class.getMethod(method).getGenericReturnType();
  }

  private static boolean isProven(Type type, @Nullable Object value) {
    return Immutability.isImmutable(type, value);
  }

  @Test
  void provesPlainValuesAndWhatIsMadeOfThem() throws Exception {
    Line line = new Line("sku", 1);

    assertThat(isProven(String.class, "x")).isTrue();
    assertThat(isProven(int.class, 1)).isTrue();
    assertThat(isProven(Line.class, null)).isTrue();
    assertThat(isProven(TimeUnit.class, TimeUnit.DAYS)).isTrue();
    assertThat(isProven(Instant.class, Instant.EPOCH)).isTrue();
    assertThat(isProven(BigDecimal.class, BigDecimal.ONE)).isTrue();
    assertThat(isProven(Duration.class, Duration.getDefaultInstance())).isTrue();
    assertThat(isProven(Line.class, line)).isTrue();
    assertThat(isProven(type("lines"), List.of(line))).isTrue();
    assertThat(isProven(type("lines"), List.copyOf(Arrays.asList(line, line, line)))).isTrue();
    assertThat(isProven(type("names"), Set.of("a", "b", "c"))).isTrue();
    assertThat(isProven(type("bySku"), Map.of("sku", line))).isTrue();
    assertThat(isProven(type("maybe"), Optional.of(line))).isTrue();
    assertThat(
            isProven(
                Order.class,
                new Order(List.of(line), Map.of("sku", line), Optional.of(Instant.EPOCH))))
        .isTrue();
  }

  @Test
  void claimsNothingOfWhatSomebodyMayChange() throws Exception {
    Line line = new Line("sku", 1);
    List<Line> changeable = new ArrayList<>(List.of(line));

    assertThat(isProven(type("lines"), changeable)).isFalse();
    assertThat(isProven(type("lines"), Collections.unmodifiableList(changeable))).isFalse();
    assertThat(isProven(type("lines"), Arrays.asList(line))).isFalse();
    assertThat(isProven(type("maybeNames"), Optional.of(new ArrayList<>(List.of("a"))))).isFalse();
    assertThat(isProven(Order.class, new Order(changeable, Map.of(), Optional.empty()))).isFalse();
    assertThat(isProven(Picture.class, new Picture(new byte[1]))).isFalse();
    assertThat(isProven(byte[].class, new byte[1])).isFalse();
    assertThat(isProven(Mutable.class, new Mutable())).isFalse();
    assertThat(isProven(Deceptive.class, new Deceptive(new ArrayList<>()))).isFalse();
    assertThat(isProven(BigDecimal.class, new Special())).isFalse();
  }

  @Test
  void claimsNothingWhereTheCodecWouldGiveSomethingElse() {
    assertThat(isProven(Secretive.class, new Secretive("a", "b"))).isFalse();
    assertThat(isProven(Record.class, new Line("sku", 1))).isFalse();
  }

  @Test
  void doesNotLookAtLargeValuesToTheirEnd() throws Exception {
    List<Line> many =
        IntStream.range(0, 10_000)
            .mapToObj(i -> new Line("sku", i))
            .collect(Collectors.toUnmodifiableList());

    assertThat(isProven(type("lines"), many)).isFalse();
  }
}
