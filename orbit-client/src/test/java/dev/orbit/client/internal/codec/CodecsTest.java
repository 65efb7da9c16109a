package dev.orbit.client.internal.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithInt64Key;
import dev.orbit.api.ActorWithNoKey;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.codec.PayloadCodec;
import dev.orbit.client.fixture.StepEnvironment;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.proto.Payload;
import dev.orbit.proto.wire.KeyProto;
import dev.orbit.proto.wire.NodeIdProto;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CodecsTest {
  record Line(String sku, int quantity) {}

  @ActorType("shop.Cart")
  interface Cart extends ActorWithStringKey {
    int add(Line line, int times);

    String describe();

    void clear();

    Optional<Line> first();

    Cart other(Cart friend, Shelf shelf);
  }

  @ActorType("shop.Shelf")
  interface Shelf extends ActorWithInt64Key {
    int count();
  }

  interface Wire extends ActorWithNoKey {
    NodeIdProto one(NodeIdProto id);

    NodeIdProto two(NodeIdProto id, KeyProto key);

    int count(NodeIdProto id);

    NodeIdProto find(String name);
  }

  interface Mixed extends ActorWithNoKey {
    void run(NodeIdProto id, int number);
  }

  interface Wrapped extends ActorWithNoKey {
    List<NodeIdProto> all();
  }

  /** Knows text only, and writes it backwards. */
  private record Backwards(int id) implements PayloadCodec {
    @Override
    public String name() {
      return "backwards";
    }

    @Override
    public boolean supports(Type type) {
      return type == String.class;
    }

    @Override
    public byte[] encodeValue(Type type, @Nullable Object value) {
      return new StringBuilder(String.valueOf(value)).reverse().toString().getBytes(UTF_8);
    }

    @Override
    public Object decodeValue(Type type, byte[] bytes) {
      return new StringBuilder(new String(bytes, UTF_8)).reverse().toString();
    }
  }

  private final ReferenceFactory references =
      new ReferenceFactory(
          new StepEnvironment(),
          invocation -> CompletableFuture.completedFuture(null),
          CallOptions.DEFAULT);
  private final Codecs codecs = new Codecs(references, List.of());

  private static MethodContract method(Class<?> contract, String name) {
    return ActorContract.of(contract).method(name).orElseThrow();
  }

  @Test
  void carriesArgumentsAndResultAsJson() {
    MethodContract add = method(Cart.class, "add");

    Payload payload = codecs.encodeArguments(add, new Object[] {new Line("a", 1), 3});
    Object[] arguments = codecs.decodeArguments(add, payload, "");
    Codecs.EncodedResult result = codecs.encodeResult(add, 5, false);
    Object value = codecs.decodeResult(add, result.payload(), result.text());

    assertThat(payload.codec()).isEqualTo(1);
    assertThat(arguments).containsExactly(new Line("a", 1), 3);
    assertThat(value).isEqualTo(5);
  }

  @Test
  void answersTextWithText() {
    MethodContract add = method(Cart.class, "add");

    Object[] arguments = codecs.decodeArguments(add, null, "[{\"sku\":\"a\",\"quantity\":1}, 2]");
    Codecs.EncodedResult result = codecs.encodeResult(add, 5, true);

    assertThat(arguments).containsExactly(new Line("a", 1), 2);
    assertThat(result).isEqualTo(new Codecs.EncodedResult("5", null));
    assertThat(codecs.decodeResult(add, null, "5")).isEqualTo(5);
  }

  @Test
  void takesAnEmptyTextForNoArguments() {
    MethodContract describe = method(Cart.class, "describe");

    assertThat(codecs.decodeArguments(describe, null, "")).isEmpty();
    assertThat(codecs.decodeArguments(describe, null, " [] ")).isEmpty();
  }

  @Test
  void answersAVoidMethodWithNullInBothForms() {
    MethodContract clear = method(Cart.class, "clear");

    assertThat(codecs.encodeResult(clear, null, true))
        .isEqualTo(codecs.encodeResult(clear, null, false))
        .isEqualTo(new Codecs.EncodedResult("null", null));
    assertThat(codecs.decodeResult(clear, null, "null")).isNull();
  }

  @Test
  void carriesReferencesByTypeAndKey() {
    MethodContract other = method(Cart.class, "other");
    Cart alice = references.get(Cart.class, "alice");
    Shelf shelf = references.get(Shelf.class, 5_000_000_000L);

    Payload payload = codecs.encodeArguments(other, new Object[] {alice, shelf});
    Object[] copy = codecs.decodeArguments(other, payload, "");

    assertThat(new String(payload.bytes(), UTF_8))
        .isEqualTo(
            "[{\"type\":\"shop.Cart\",\"key\":\"alice\"},{\"type\":\"shop.Shelf\",\"key\":5000000000}]");
    assertThat(copy).containsExactly(alice, shelf);
  }

  @Test
  void refusesAReferenceOfAnotherTypeOrKey() {
    MethodContract other = method(Cart.class, "other");
    String shelf = ",{\"type\":\"shop.Shelf\",\"key\":1}]";

    assertThatThrownBy(
            () -> codecs.decodeArguments(other, null, "[{\"type\":\"evil\",\"key\":\"a\"}" + shelf))
        .hasMessageContaining("expected a reference to shop.Cart");
    assertThatThrownBy(
            () ->
                codecs.decodeArguments(other, null, "[{\"type\":\"shop.Cart\",\"key\":1}" + shelf))
        .hasMessageContaining("the key of Cart must be a string");
    assertThatThrownBy(() -> codecs.decodeArguments(other, null, "[7" + shelf))
        .hasMessageContaining("parameter 1");
  }

  @Test
  void refusesAnActorThatIsNoReference() {
    MethodContract other = method(Cart.class, "other");
    Shelf itself = () -> 1;

    assertThatThrownBy(() -> codecs.encodeArguments(other, new Object[] {null, itself}))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("parameter 2 (Shelf shelf) cannot be encoded")
        .hasMessageContaining("send a reference got from Actors.get");
  }

  @Test
  void carriesProtobufMessagesInTheirOwnForm() {
    MethodContract one = method(Wire.class, "one");
    MethodContract two = method(Wire.class, "two");
    NodeIdProto id = NodeIdProto.newBuilder().setKey("n1").setNamespace("test").build();
    KeyProto key = KeyProto.newBuilder().setInt64Key(7).build();

    Payload single = codecs.encodeArguments(one, new Object[] {id});
    Payload several = codecs.encodeArguments(two, new Object[] {id, key});
    Codecs.EncodedResult result = codecs.encodeResult(one, id, false);

    assertThat(single.codec()).isEqualTo(2);
    assertThat(single.bytes()).isEqualTo(id.toByteArray());
    assertThat(codecs.decodeArguments(one, single, "")).containsExactly(id);
    assertThat(codecs.decodeArguments(two, several, "")).containsExactly(id, key);
    assertThat(codecs.decodeResult(one, result.payload(), "")).isEqualTo(id);
  }

  @Test
  void choosesForArgumentsAndResultApart() {
    NodeIdProto id = NodeIdProto.newBuilder().setKey("n1").setNamespace("test").build();

    Payload arguments = codecs.encodeArguments(method(Wire.class, "find"), new Object[] {"n1"});
    Codecs.EncodedResult result = codecs.encodeResult(method(Wire.class, "find"), id, false);

    assertThat(arguments.codec()).isEqualTo(1);
    assertThat(result.payload()).isNotNull();
    assertThat(result.payload().codec()).isEqualTo(2);
  }

  @Test
  void refusesTextWhereOnlyProtobufWillDo() {
    assertThatThrownBy(
            () -> codecs.decodeArguments(method(Wire.class, "count"), null, "[{\"key\":\"a\"}]"))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("send a payload of codec protobuf");
    assertThatThrownBy(() -> codecs.decodeArguments(method(Wire.class, "find"), null, "[\"a\"]"))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("the result cannot be given as JSON text");
  }

  @Test
  void refusesBrokenProtobufBytes() {
    MethodContract two = method(Wire.class, "two");
    byte[] tooLong = {0, 0, 1, 0, 1};
    byte[] garbage = {0, 0, 0, 2, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0};

    assertThatThrownBy(() -> codecs.decodeArguments(two, new Payload(2, tooLong), ""))
        .hasMessageContaining("parameter 1 (NodeIdProto id) cannot be decoded: its length is 256");
    assertThatThrownBy(() -> codecs.decodeArguments(two, new Payload(2, garbage), ""))
        .hasMessageContaining("parameter 1 (NodeIdProto id) cannot be decoded");
    assertThatThrownBy(() -> codecs.decodeArguments(two, new Payload(2, new byte[0]), ""))
        .hasMessageContaining("it is missing");
    assertThatThrownBy(() -> codecs.decodeArguments(two, new Payload(2, new byte[12]), ""))
        .hasMessageContaining("4 bytes follow the last argument");
  }

  @Test
  void refusesContractsWhoseTypesNoCodecTakes() {
    assertThatThrownBy(() -> codecs.check(ActorContract.of(Mixed.class)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("Mixed.run: no codec takes all types of its parameters");
    assertThatThrownBy(() -> codecs.check(ActorContract.of(Wrapped.class)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no codec takes all types of its result");
  }

  @Test
  void namesTypeMethodAndParameterOfABadArgument() {
    MethodContract add = method(Cart.class, "add");

    assertThatThrownBy(() -> codecs.decodeArguments(add, null, "[{\"sku\":\"a\"}, 2]"))
        .isInstanceOfSatisfying(
            NotExecutedException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_ARGUMENTS))
        .hasMessageContaining("shop.Cart.add: parameter 1 (Line line)")
        .hasMessageContaining("cannot be decoded: quantity: ");
  }

  @Test
  void countsArguments() {
    MethodContract add = method(Cart.class, "add");

    assertThatThrownBy(() -> codecs.decodeArguments(add, null, "[{\"sku\":\"a\",\"quantity\":1}]"))
        .hasMessageContaining("2 arguments are expected, there are 1");
    assertThatThrownBy(
            () -> codecs.decodeArguments(add, null, "[{\"sku\":\"a\",\"quantity\":1},2,3]"))
        .hasMessageContaining("2 arguments are expected, there are more");
    assertThatThrownBy(() -> codecs.decodeArguments(add, null, "{}"))
        .hasMessageContaining("expected a JSON array of the arguments");
    assertThatThrownBy(() -> codecs.decodeArguments(add, null, "[{\"sku\""))
        .isInstanceOf(NotExecutedException.class);
  }

  @Test
  void refusesPayloadsOfCodecsThatItDoesNotHaveOrThatDoNotFit() {
    MethodContract add = method(Cart.class, "add");

    assertThatThrownBy(() -> codecs.decodeArguments(add, new Payload(99, new byte[0]), ""))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("codec 99, which this end does not have");
    assertThatThrownBy(() -> codecs.decodeArguments(add, new Payload(2, new byte[0]), ""))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("encoded by codec protobuf, expected is json");
  }

  @Test
  void saysThatAResultCannotBeRead() {
    MethodContract add = method(Cart.class, "add");

    assertThatThrownBy(() -> codecs.decodeResult(add, null, "\"five\""))
        .isInstanceOfSatisfying(
            ActorFailedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_RESULT))
        .hasMessageContaining("shop.Cart.add: the result cannot be decoded");
    assertThatThrownBy(() -> codecs.decodeResult(add, new Payload(77, new byte[0]), ""))
        .hasMessageContaining("encoded by codec 77, expected is 1");
    assertThatThrownBy(() -> codecs.encodeResult(method(Wire.class, "one"), null, false))
        .hasMessageContaining("the result cannot be encoded: it is null");
  }

  @Test
  void prefersTheCodecsOfTheUser() {
    Codecs own = new Codecs(references, List.of(new Backwards(16)));
    MethodContract describe = method(Cart.class, "describe");

    Codecs.EncodedResult result = own.encodeResult(describe, "abc", false);

    assertThat(result.payload()).isNotNull();
    assertThat(result.payload().codec()).isEqualTo(16);
    assertThat(new String(result.payload().bytes(), UTF_8)).isEqualTo("cba");
    assertThat(own.decodeResult(describe, result.payload(), "")).isEqualTo("abc");
    assertThat(own.encodeResult(describe, "abc", true).text()).isEqualTo("\"abc\"");
  }

  @Test
  void refusesCodecsWhoseIdsAreReservedOrTaken() {
    assertThatThrownBy(() -> new Codecs(references, List.of(new Backwards(2))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("codec backwards has the id 2; allowed are 16 to 255");
    assertThatThrownBy(
            () -> new Codecs(references, Arrays.asList(new Backwards(20), new Backwards(20))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("both have the id 20");
  }
}
