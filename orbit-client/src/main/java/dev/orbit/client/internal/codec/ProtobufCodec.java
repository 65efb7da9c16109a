package dev.orbit.client.internal.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.orbit.client.codec.CodecException;
import dev.orbit.client.codec.PayloadCodec;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Protobuf messages in their own wire form, for methods whose declared types are generated message
 * classes.
 */
final class ProtobufCodec implements PayloadCodec {
  /** The id in messages. */
  static final int ID = 2;

  private static final ClassValue<MessageLite> DEFAULTS =
      new ClassValue<>() {
        @Override
        protected MessageLite computeValue(Class<?> type) {
          try {
            Method method = type.getMethod("getDefaultInstance");
            return (MessageLite) method.invoke(null);
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " is no generated message class", e);
          }
        }
      };

  @Override
  public int id() {
    return ID;
  }

  @Override
  public String name() {
    return "protobuf";
  }

  @Override
  public boolean supports(Type type) {
    return type instanceof Class<?> message
        && MessageLite.class.isAssignableFrom(message)
        && !Modifier.isAbstract(message.getModifiers());
  }

  @Override
  public byte[] encodeValue(Type type, @Nullable Object value) throws CodecException {
    if (value instanceof MessageLite message) {
      return message.toByteArray();
    }
    throw new CodecException("it is null, which protobuf cannot say", null);
  }

  @Override
  public Object decodeValue(Type type, byte[] bytes) throws CodecException {
    return decodeValue(type, bytes, 0, bytes.length);
  }

  @Override
  public Object decodeValue(Type type, byte[] bytes, int offset, int length) throws CodecException {
    Parser<? extends MessageLite> parser = DEFAULTS.get((Class<?>) type).getParserForType();
    try {
      return parser.parseFrom(bytes, offset, length);
    } catch (InvalidProtocolBufferException e) {
      throw new CodecException(String.valueOf(e.getMessage()), e);
    }
  }
}
