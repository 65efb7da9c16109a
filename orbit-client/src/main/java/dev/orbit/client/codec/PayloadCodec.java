package dev.orbit.client.codec;

import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An encoding of values.
 *
 * <p>Implementations decode into the declared types only, never instantiate a class that the bytes
 * name, bound what they build by the length of the bytes, and are safe for use by many threads.
 * Both ends must have the same codec under the same id; a node that gets an id it does not know
 * refuses the call.
 */
public interface PayloadCodec {
  /** The least id that is free for users; those below belong to Orbit. */
  int FIRST_USER_ID = 16;

  /**
   * The id that stands in messages, {@value #FIRST_USER_ID} to 255, the same on all nodes for all
   * time.
   */
  int id();

  /** A short name for messages and logs. */
  String name();

  /** Whether values of the declared type {@code type} can be encoded and decoded. */
  boolean supports(Type type);

  /**
   * Encodes one value.
   *
   * @param type the declared type, one that is {@linkplain #supports supported}
   * @throws CodecException if the value cannot be encoded
   */
  byte[] encodeValue(Type type, @Nullable Object value) throws CodecException;

  /**
   * Decodes what {@link #encodeValue} wrote.
   *
   * @throws CodecException if the bytes are not such a value
   */
  @Nullable Object decodeValue(Type type, byte[] bytes) throws CodecException;

  /**
   * As {@link #decodeValue(Type, byte[])}, of bytes that stand within an array. By default they are
   * copied out of it.
   *
   * @throws CodecException if the bytes are not such a value
   */
  default @Nullable Object decodeValue(Type type, byte[] bytes, int offset, int length)
      throws CodecException {
    return decodeValue(type, Arrays.copyOfRange(bytes, offset, offset + length));
  }

  /**
   * Decodes what {@link #encodeValue} wrote of an earlier or later form of the type, for values
   * that are stored for long. By default as {@link #decodeValue}.
   *
   * @param defaults makes the value that parts come from which the bytes do not have
   * @throws CodecException if the bytes are no such value
   */
  default @Nullable Object decodeStored(Type type, byte[] bytes, Supplier<Object> defaults)
      throws CodecException {
    return decodeValue(type, bytes);
  }

  /**
   * Encodes the arguments of a call. By default a single one stands alone, and of several each
   * follows its length in four bytes, -1 for null.
   *
   * @param types the declared types
   * @param values as many as there are types
   * @throws CodecException with the position of the argument that cannot be encoded
   */
  default byte[] encodeArguments(List<Type> types, @Nullable Object[] values)
      throws CodecException {
    if (values.length == 1) {
      return encodeArgument(types, values, 0);
    }
    List<byte @Nullable []> all = new ArrayList<>(values.length);
    long size = 0;
    for (int i = 0; i < values.length; i++) {
      byte[] bytes = values[i] == null ? null : encodeArgument(types, values, i);
      all.add(bytes);
      size += Integer.BYTES + (bytes == null ? 0L : bytes.length);
    }
    if (size > Integer.MAX_VALUE - 16) {
      throw new CodecException(
          "they take %d bytes, more than an array holds".formatted(size), null);
    }
    // Of their size: each is copied once, and nothing again while it grows.
    ByteBuffer out = ByteBuffer.allocate((int) size);
    for (byte[] bytes : all) {
      out.putInt(bytes == null ? -1 : bytes.length);
      if (bytes != null) {
        out.put(bytes);
      }
    }
    return out.array();
  }

  private byte[] encodeArgument(List<Type> types, @Nullable Object[] values, int position)
      throws CodecException {
    try {
      return encodeValue(types.get(position), values[position]);
    } catch (CodecException e) {
      throw e.at(position);
    }
  }

  /**
   * Decodes what {@link #encodeArguments} wrote.
   *
   * @return as many values as there are types
   * @throws CodecException if the bytes are not such arguments, with the position of the one that
   *     is wrong if it is one
   */
  default @Nullable Object[] decodeArguments(List<Type> types, byte[] bytes) throws CodecException {
    @Nullable Object[] values = new @Nullable Object[types.size()];
    if (values.length == 1) {
      values[0] = decodeArgument(types, 0, ByteBuffer.wrap(bytes));
      return values;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (int i = 0; i < values.length; i++) {
      if (in.remaining() < 4) {
        throw new CodecException(i, "it is missing", null);
      }
      int length = in.getInt();
      if (length < -1 || length > in.remaining()) {
        throw new CodecException(
            i, "its length is %d, but %d bytes are left".formatted(length, in.remaining()), null);
      }
      if (length >= 0) {
        values[i] = decodeArgument(types, i, in.slice(in.position(), length));
        in.position(in.position() + length);
      }
    }
    if (in.hasRemaining()) {
      throw new CodecException("%d bytes follow the last argument".formatted(in.remaining()), null);
    }
    return values;
  }

  private @Nullable Object decodeArgument(List<Type> types, int position, ByteBuffer value)
      throws CodecException {
    try {
      Type type = types.get(position);
      int length = value.remaining();
      return length == value.array().length
          ? decodeValue(type, value.array())
          : decodeValue(type, value.array(), value.arrayOffset(), length);
    } catch (CodecException e) {
      throw e.at(position);
    }
  }
}
