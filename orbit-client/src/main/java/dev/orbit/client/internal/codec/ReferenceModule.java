package dev.orbit.client.internal.codec;

import dev.orbit.api.Actor;
import dev.orbit.api.ActorWithInt32Key;
import dev.orbit.api.ActorWithInt64Key;
import dev.orbit.api.ActorWithNoKey;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.Addressed;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * References within values: {@code {"type": "shop.Cart", "key": "alice"}}. The contract is the
 * declared one; the type on the wire only has to agree with it.
 */
final class ReferenceModule extends SimpleModule {
  private static final long serialVersionUID = 1L;

  private static final String TYPE = "type";
  private static final String KEY = "key";

  private final transient ReferenceResolver resolver;

  ReferenceModule(ReferenceResolver resolver) {
    super("orbit-references");
    this.resolver = resolver;
    addSerializer(Actor.class, new Writer());
  }

  @Override
  public void setupModule(SetupContext context) {
    super.setupModule(context);
    context.addDeserializers(new Readers(resolver));
  }

  private static final class Writer extends StdSerializer<Actor> {
    Writer() {
      super(Actor.class);
    }

    @Override
    public void serialize(Actor value, JsonGenerator out, SerializationContext context) {
      AddressableReference address =
          Addressed.addressOf(value)
              .orElseGet(
                  () ->
                      context.reportBadDefinition(
                          value.getClass(),
                          "an actor itself cannot be sent; send a reference got from Actors.get"));
      out.writeStartObject();
      out.writeStringProperty(TYPE, address.type());
      switch (address.key()) {
        case Key.StringKey(String key) -> out.writeStringProperty(KEY, key);
        case Key.Int32Key(int key) -> out.writeNumberProperty(KEY, key);
        case Key.Int64Key(long key) -> out.writeNumberProperty(KEY, key);
        case Key.NoKey _ -> out.writeNullProperty(KEY);
      }
      out.writeEndObject();
    }
  }

  private static final class Readers extends Deserializers.Base {
    private final ReferenceResolver resolver;

    Readers(ReferenceResolver resolver) {
      this.resolver = resolver;
    }

    @Override
    public boolean hasDeserializerFor(DeserializationConfig config, Class<?> type) {
      return Actor.class.isAssignableFrom(type);
    }

    @Override
    public @Nullable ValueDeserializer<?> findBeanDeserializer(
        JavaType type, DeserializationConfig config, BeanDescription.Supplier description) {
      Class<?> raw = type.getRawClass();
      return Actor.class.isAssignableFrom(raw)
          ? new Reader(raw.asSubclass(Actor.class), resolver)
          : null;
    }
  }

  private static final class Reader extends StdDeserializer<Actor> {
    private final Class<? extends Actor> type;
    private final ReferenceResolver resolver;

    Reader(Class<? extends Actor> type, ReferenceResolver resolver) {
      super(type);
      this.type = type;
      this.resolver = resolver;
    }

    @Override
    public Actor deserialize(JsonParser in, DeserializationContext context) {
      JsonNode tree = context.readTree(in);
      try {
        String expected = ActorContract.of(type).typeName();
        String actual = tree.path(TYPE).asString(expected);
        if (!tree.isObject() || !expected.equals(actual)) {
          return context.reportInputMismatch(
              this, "expected a reference to %s, {\"type\": ..., \"key\": ...}", expected);
        }
        return resolver.resolve(type, key(tree.path(KEY), context));
      } catch (OrbitException e) {
        return context.reportInputMismatch(this, "%s", e.getMessage());
      }
    }

    private Key key(JsonNode key, DeserializationContext context) {
      if (ActorWithStringKey.class.isAssignableFrom(type) && key.isString()) {
        return Key.of(key.stringValue());
      }
      if (ActorWithInt32Key.class.isAssignableFrom(type) && key.canConvertToInt()) {
        return Key.of(key.intValue());
      }
      if (ActorWithInt64Key.class.isAssignableFrom(type) && key.canConvertToLong()) {
        return Key.of(key.longValue());
      }
      if (ActorWithNoKey.class.isAssignableFrom(type)) {
        return Key.NONE;
      }
      return context.reportInputMismatch(
          this,
          "the key of %s must be %s",
          type.getSimpleName(),
          ActorContract.of(type).keyKind().description());
    }
  }
}
