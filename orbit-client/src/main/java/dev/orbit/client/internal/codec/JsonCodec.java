package dev.orbit.client.internal.codec;

import static dev.orbit.client.internal.codec.PlainJson.NOT_PLAIN;

import com.google.protobuf.MessageLite;
import dev.orbit.client.codec.CodecException;
import dev.orbit.client.codec.PayloadCodec;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.util.ByteArrayBuilder;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.TypeFactory;

/**
 * JSON: arguments as an array, a result or a state as a plain value. Also what foreign clients send
 * and get as text.
 *
 * <p>Rules: what is decoded is of the declared type and what it is made of; class names in the text
 * are never looked up. Properties that a record does not have are passed over, so that either end
 * may be newer; a property that is missing is null, but a missing primitive is an error rather than
 * a silent zero. Numbers, texts and booleans are not taken for one another. Dates, times and
 * durations are written as ISO 8601. Nesting is bounded.
 */
public final class JsonCodec implements PayloadCodec {
  /** The id in messages. */
  public static final int ID = 1;

  /** How deep values may nest. Ours do not come near; a hostile text would exhaust the stack. */
  public static final int MAX_NESTING = 200;

  private static final int MAX_MESSAGE_LENGTH = 300;

  private final ReferenceResolver references;

  /** Tells what a type is made of, without mappers. */
  private final TypeFactory types = TypeFactory.createDefaultInstance();

  private final ConcurrentHashMap<Type, Binding> bindings = new ConcurrentHashMap<>();

  /** Null until a value is not plain: they take long to make, and a node is to be ready soon. */
  private volatile @Nullable JsonMappers mappers;

  public JsonCodec(ReferenceResolver references) {
    this.references = references;
  }

  private JsonMappers mappers() {
    JsonMappers made = mappers;
    return made == null ? makeMappers() : made;
  }

  private synchronized JsonMappers makeMappers() {
    JsonMappers made = mappers;
    if (made == null) {
      made = new JsonMappers(references);
      mappers = made;
    }
    return made;
  }

  /**
   * How a type is written and read. Within an array of arguments something always follows, so that
   * only a lone value is checked for it.
   */
  private final class Binding {
    private record Jackson(ObjectWriter writer, ObjectReader reader, ObjectReader argumentReader) {}

    private final Type type;
    private final PlainJson.Form form;

    /** Null until a value is not plain. */
    private volatile @Nullable Jackson jackson;

    Binding(Type type) {
      this.type = type;
      this.form = PlainJson.Form.of(type);
    }

    PlainJson.Form form() {
      return form;
    }

    ObjectWriter writer() {
      return jackson().writer;
    }

    ObjectReader reader() {
      return jackson().reader;
    }

    ObjectReader argumentReader() {
      return jackson().argumentReader;
    }

    private Jackson jackson() {
      Jackson made = jackson;
      if (made == null) {
        JsonMapper mapper = mappers().mapper;
        JavaType java = mapper.constructType(type);
        ObjectReader reader = mapper.readerFor(java);
        made =
            new Jackson(
                mapper.writerFor(java),
                reader,
                reader.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS));
        jackson = made;
      }
      return made;
    }
  }

  @Override
  public int id() {
    return ID;
  }

  @Override
  public String name() {
    return "json";
  }

  @Override
  public boolean supports(Type type) {
    return PlainJson.Form.of(type) != PlainJson.Form.OTHER
        || !mentionsProtobuf(types.constructType(type));
  }

  /**
   * A protobuf message has a JSON form of its own, which is not the one that its Java accessors
   * suggest.
   */
  private static boolean mentionsProtobuf(JavaType type) {
    if (MessageLite.class.isAssignableFrom(type.getRawClass())) {
      return true;
    }
    for (int i = 0; i < type.containedTypeCount(); i++) {
      if (mentionsProtobuf(type.containedType(i))) {
        return true;
      }
    }
    JavaType content = type.getContentType();
    return content != null && mentionsProtobuf(content);
  }

  private Binding binding(Type type) {
    Binding known = bindings.get(type);
    if (known != null) {
      return known;
    }
    Binding made = new Binding(type);
    Binding first = bindings.putIfAbsent(type, made);
    return first == null ? made : first;
  }

  @Override
  public byte[] encodeValue(Type type, @Nullable Object value) throws CodecException {
    Binding binding = binding(type);
    int size = PlainJson.size(binding.form(), value);
    if (size > 0) {
      byte[] plain = new byte[size];
      if (PlainJson.write(value, plain, 0, size)) {
        return plain;
      }
    }
    try {
      return binding.writer().writeValueAsBytes(value);
    } catch (JacksonException e) {
      throw failure(CodecException.NO_POSITION, e);
    }
  }

  @Override
  public @Nullable Object decodeValue(Type type, byte[] bytes) throws CodecException {
    Binding binding = binding(type);
    PlainJson plain = new PlainJson(bytes);
    Object value = plain.next(binding.form());
    if (!NOT_PLAIN.equals(value) && plain.isAtEnd()) {
      return value;
    }
    try {
      return binding.reader().readValue(bytes);
    } catch (JacksonException e) {
      throw failure(CodecException.NO_POSITION, e);
    }
  }

  /**
   * What the text has is read as {@link #decodeValue} reads it. A property of the value itself that
   * the text lacks has the value that it has in {@code defaults}; one of a value within it is null,
   * zero or false.
   */
  @Override
  public @Nullable Object decodeStored(Type type, byte[] bytes, Supplier<Object> defaults)
      throws CodecException {
    JsonMapper mapper = mappers().mapper;
    JavaType java = mapper.constructType(type);
    try {
      return mapper
          .readerFor(java)
          .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .readValue(bytes);
    } catch (JacksonException e) {
      return decodeOtherForm(java, bytes, defaults, e);
    }
  }

  private @Nullable Object decodeOtherForm(
      JavaType java, byte[] bytes, Supplier<Object> defaults, JacksonException failure)
      throws CodecException {
    JsonMappers all = mappers();
    JsonMapper mapper = all.mapper;
    try {
      if (!(mapper.readTree(bytes) instanceof ObjectNode stored)
          || !(mapper.valueToTree(defaults.get()) instanceof ObjectNode initial)) {
        throw failure(CodecException.NO_POSITION, failure);
      }
      initial
          .properties()
          .forEach(
              property -> {
                if (!stored.has(property.getKey())) {
                  stored.set(property.getKey(), property.getValue());
                }
              });
      return all.otherForms.readerFor(java).readValue(stored);
    } catch (JacksonException e) {
      throw failure(CodecException.NO_POSITION, e);
    }
  }

  /** As {@link #encodeValue}, as text. */
  public String encodeText(Type type, @Nullable Object value) throws CodecException {
    return new String(encodeValue(type, value), StandardCharsets.UTF_8);
  }

  /** As {@link #decodeValue}, from text. */
  public @Nullable Object decodeText(Type type, String text) throws CodecException {
    return decodeValue(type, text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public byte[] encodeArguments(List<Type> types, @Nullable Object[] values) throws CodecException {
    byte[] plain = plainArguments(types, values);
    if (plain != null) {
      return plain;
    }
    // Keeps what is full as it is, where a stream that grows would copy it each time.
    ByteArrayBuilder out = new ByteArrayBuilder();
    int position = CodecException.NO_POSITION;
    try (JsonGenerator generator = mappers().mapper.createGenerator(out)) {
      generator.writeStartArray();
      for (position = 0; position < values.length; position++) {
        binding(types.get(position)).writer().writeValue(generator, values[position]);
      }
      generator.writeEndArray();
    } catch (JacksonException e) {
      throw failure(position, e);
    }
    return out.toByteArray();
  }

  private byte @Nullable [] plainArguments(List<Type> types, @Nullable Object[] values) {
    // What is around and between them.
    int size = values.length == 0 ? 2 : values.length + 1;
    for (int i = 0; i < values.length; i++) {
      int each = PlainJson.size(binding(types.get(i)).form(), values[i]);
      if (each < 0) {
        return null;
      }
      size += each;
    }
    byte[] out = new byte[size];
    int at = 0;
    out[at++] = '[';
    for (int i = 0; i < values.length; i++) {
      if (i > 0) {
        out[at++] = ',';
      }
      int each = PlainJson.size(binding(types.get(i)).form(), values[i]);
      if (!PlainJson.write(values[i], out, at, each)) {
        return null;
      }
      at += each;
    }
    out[at] = ']';
    return out;
  }

  @Override
  public @Nullable Object[] decodeArguments(List<Type> types, byte[] bytes) throws CodecException {
    @Nullable Object[] plain = plainArguments(types, bytes);
    if (plain != null) {
      return plain;
    }
    @Nullable Object[] values = new @Nullable Object[types.size()];
    int position = CodecException.NO_POSITION;
    try (JsonParser parser = mappers().mapper.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new CodecException("expected a JSON array of the arguments", null);
      }
      for (position = 0; position < values.length; position++) {
        if (parser.nextToken() == JsonToken.END_ARRAY) {
          throw wrongCount(types.size(), Integer.toString(position));
        }
        values[position] = binding(types.get(position)).argumentReader().readValue(parser);
      }
      position = CodecException.NO_POSITION;
      if (parser.nextToken() != JsonToken.END_ARRAY) {
        throw wrongCount(types.size(), "more");
      }
      if (parser.nextToken() != null) {
        throw new CodecException("something follows the array of arguments", null);
      }
    } catch (JacksonException e) {
      throw failure(position, e);
    }
    return values;
  }

  private @Nullable Object @Nullable [] plainArguments(List<Type> types, byte[] bytes) {
    PlainJson in = new PlainJson(bytes);
    @Nullable Object[] values = new @Nullable Object[types.size()];
    boolean isPlain = in.skip('[');
    for (int i = 0; i < values.length && isPlain; i++) {
      values[i] = i == 0 || in.skip(',') ? in.next(binding(types.get(i)).form()) : NOT_PLAIN;
      isPlain = !NOT_PLAIN.equals(values[i]);
    }
    return isPlain && in.skip(']') && in.isAtEnd() ? values : null;
  }

  private static CodecException wrongCount(int expected, String actual) {
    return new CodecException(
        "%d arguments are expected, there are %s".formatted(expected, actual), null);
  }

  private static CodecException failure(int position, JacksonException e) {
    String path = path(e);
    String reason = oneLine(e.getOriginalMessage());
    return new CodecException(position, path.isEmpty() ? reason : path + ": " + reason, e);
  }

  /** Where in the value it is, as {@code lines[2].sku}. */
  private static String path(JacksonException e) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      String property = step.getPropertyName();
      if (property == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(property);
      }
    }
    return path.toString();
  }

  private static String oneLine(@Nullable String text) {
    if (text == null) {
      return "it cannot be read";
    }
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= MAX_MESSAGE_LENGTH
        ? line
        : line.substring(0, MAX_MESSAGE_LENGTH) + "...";
  }
}
