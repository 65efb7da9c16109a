package dev.orbit.client.internal.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.orbit.client.codec.CodecException;
import dev.orbit.client.internal.contract.ActorContract;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonSerialize;

class JsonCodecTest {
  enum Color {
    RED,
    GREEN
  }

  record Empty() {}

  record Line(String sku, int quantity, @Nullable Long weight) {}

  record Order(
      UUID id,
      List<Line> lines,
      Map<String, BigDecimal> prices,
      Optional<Color> color,
      Instant at,
      Duration within,
      LocalDate day,
      byte[] raw) {}

  record Grown(String sku, int quantity, String note) {}

  record Node(@Nullable Node next) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface Named {}

  static final class Gadget implements Named {
    static final AtomicBoolean MADE = new AtomicBoolean();

    public Gadget() {
      MADE.set(true);
    }
  }

  @JsonSerialize(using = PoolSerializer.class)
  record Pooled() {}

  /** Writes where the buffers come from that it writes with. */
  static final class PoolSerializer extends ValueSerializer<Pooled> {
    @Override
    public void serialize(Pooled value, JsonGenerator out, SerializationContext context) {
      out.writeString(context.tokenStreamFactory()._getRecyclerPool().getClass().getName());
    }
  }

  interface Types extends dev.orbit.api.ActorWithNoKey {
    List<Line> lines();

    Map<Color, Set<Instant>> map();

    Optional<Line> optional();
  }

  private final JsonCodec codec =
      new JsonCodec(
          (contract, key) -> {
            throw new AssertionError("no references here");
          });

  private static Type type(String method) {
    return ActorContract.of(Types.class).method(method).orElseThrow().resultType();
  }

  @Test
  void keepsValuesOfAllKindsOverARoundTrip() throws Exception {
    Random random = new Random(20_260_101);
    for (int i = 0; i < 500; i++) {
      Order order = randomOrder(random);

      Order copy = (Order) codec.decodeValue(Order.class, codec.encodeValue(Order.class, order));

      assertThat(copy)
          .usingRecursiveComparison()
          .as("round %d of seed 20260101", i)
          .isEqualTo(order);
    }
  }

  private static Order randomOrder(Random random) {
    List<Line> lines = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      lines.add(
          new Line(
              text(random), random.nextInt(), random.nextBoolean() ? null : random.nextLong()));
    }
    byte[] raw = new byte[random.nextInt(50)];
    random.nextBytes(raw);
    return new Order(
        new UUID(random.nextLong(), random.nextLong()),
        lines,
        Map.of(text(random), new BigDecimal(new BigInteger(90, random), random.nextInt(20))),
        random.nextBoolean() ? Optional.empty() : Optional.of(Color.GREEN),
        Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
        Duration.ofNanos(random.nextLong()),
        LocalDate.ofEpochDay(random.nextInt(40_000)),
        raw);
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(12), 0, 0xd7ff)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void keepsGenericTypesOverARoundTrip() throws Exception {
    List<Line> lines = List.of(new Line("a", 1, null), new Line("b", 2, 3L));
    Map<Color, Set<Instant>> map = Map.of(Color.RED, Set.of(Instant.EPOCH));

    Object linesCopy = codec.decodeValue(type("lines"), codec.encodeValue(type("lines"), lines));
    Object mapCopy = codec.decodeValue(type("map"), codec.encodeValue(type("map"), map));
    Object empty =
        codec.decodeValue(type("optional"), codec.encodeValue(type("optional"), Optional.empty()));

    assertThat(linesCopy).isEqualTo(lines);
    assertThat(mapCopy).isEqualTo(map);
    assertThat(empty).isEqualTo(Optional.empty());
  }

  @Test
  void writesWhatOtherLanguagesExpect() throws Exception {
    OffsetDateTime time = OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 0, ZoneOffset.ofHours(2));

    assertThat(codec.encodeText(Line.class, new Line("a", 2, null)))
        .isEqualTo("{\"sku\":\"a\",\"quantity\":2,\"weight\":null}");
    assertThat(codec.encodeText(Instant.class, Instant.EPOCH))
        .isEqualTo("\"1970-01-01T00:00:00Z\"");
    assertThat(codec.encodeText(Duration.class, Duration.ofMillis(1500))).isEqualTo("\"PT1.5S\"");
    assertThat(codec.encodeText(OffsetDateTime.class, time))
        .isEqualTo("\"2026-01-02T03:04:05+02:00\"");
    assertThat(codec.decodeText(OffsetDateTime.class, "\"2026-01-02T03:04:05+02:00\""))
        .isEqualTo(time);
    assertThat(codec.encodeText(Empty.class, new Empty())).isEqualTo("{}");
    assertThat(codec.encodeText(String.class, null)).isEqualTo("null");
  }

  @Test
  void writesArgumentsAsAnArrayAndReadsThemBack() throws Exception {
    List<Type> types = List.of(Line.class, int.class, String.class);
    Object[] arguments = {new Line("a", 1, 2L), 7, null};

    byte[] bytes = codec.encodeArguments(types, arguments);
    Object[] copy = codec.decodeArguments(types, bytes);

    assertThat(new String(bytes, UTF_8))
        .isEqualTo("[{\"sku\":\"a\",\"quantity\":1,\"weight\":2},7,null]");
    assertThat(Arrays.asList(copy)).isEqualTo(Arrays.asList(arguments));
  }

  @Test
  void passesOverPropertiesThatARecordDoesNotHave() throws Exception {
    byte[] newer = codec.encodeValue(Grown.class, new Grown("a", 1, "new"));

    Object line = codec.decodeValue(Line.class, newer);

    assertThat(line).isEqualTo(new Line("a", 1, null));
  }

  @Test
  void readsAMissingPropertyAsNull() throws Exception {
    Object grown = codec.decodeText(Grown.class, "{\"sku\":\"a\",\"quantity\":1}");

    assertThat(grown).isEqualTo(new Grown("a", 1, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"sku\":\"a\"}",
        "{\"sku\":\"a\",\"quantity\":null}",
        "{\"sku\":\"a\",\"quantity\":\"1\"}",
        "{\"sku\":\"a\",\"quantity\":1.5}",
        "{\"sku\":\"a\",\"quantity\":3000000000}",
        "{\"sku\":5,\"quantity\":1}",
        "{\"sku\":\"a\",\"quantity\":1} x",
        "{\"sku\":\"a\",\"quantity\":1",
        "[]",
        "7",
        ""
      })
  void refusesWhatIsNotTheDeclaredType(String text) {
    assertThatThrownBy(() -> codec.decodeText(Line.class, text))
        .isInstanceOf(CodecException.class)
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("tools.jackson");
  }

  @Test
  void saysWhereInTheValueItIsWrong() {
    String text = "[{\"sku\":\"a\",\"quantity\":1},{\"sku\":\"b\",\"quantity\":\"x\"}]";

    assertThatThrownBy(() -> codec.decodeText(type("lines"), text))
        .isInstanceOf(CodecException.class)
        .hasMessageStartingWith("[1].quantity: ");
  }

  @Test
  void neverInstantiatesAClassThatTheTextNames() {
    String text = "{\"@class\":\"%s\"}".formatted(Gadget.class.getName());

    assertThatThrownBy(() -> codec.decodeText(Named.class, text))
        .isInstanceOf(CodecException.class);

    assertThat(Gadget.MADE).isFalse();
  }

  @Test
  void boundsTheNestingOfWhatItReadsAndWrites() {
    String deep = "{\"next\":".repeat(300) + "null" + "}".repeat(300);
    Node node = new Node(null);
    for (int i = 0; i < 300; i++) {
      node = new Node(node);
    }
    Node chain = node;

    assertThatThrownBy(() -> codec.decodeText(Node.class, deep))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("nesting");
    assertThatThrownBy(() -> codec.encodeValue(Node.class, chain))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("nesting");
  }

  @Test
  void neverFailsOtherwiseThanByItsOwnExceptionOnRandomBytes() {
    Random random = new Random(7);
    byte[] valid = "[{\"sku\":\"a\",\"quantity\":1,\"weight\":2},7,\"x\"]".getBytes(UTF_8);
    List<Type> types = List.of(Line.class, int.class, String.class);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = valid.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        codec.decodeArguments(types, bytes);
      } catch (CodecException e) {
        refused++;
      }
    }

    assertThat(refused).isGreaterThan(2_000);
  }

  /** Jackson's own pool has all virtual threads meet at one end of one queue. */
  @Test
  void itsBuffersComeFromItsOwnPool() throws CodecException {
    assertThat(codec.decodeText(String.class, codec.encodeText(Pooled.class, new Pooled())))
        .isEqualTo(Recyclers.class.getName());
  }
}
