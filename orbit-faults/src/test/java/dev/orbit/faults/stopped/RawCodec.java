package dev.orbit.faults.stopped;

import dev.orbit.client.codec.CodecException;
import dev.orbit.client.codec.PayloadCodec;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Bytes as they are, so that a call costs what carrying it costs. */
final class RawCodec implements PayloadCodec {
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
  public Object decodeValue(Type type, byte[] bytes) {
    return bytes;
  }
}
