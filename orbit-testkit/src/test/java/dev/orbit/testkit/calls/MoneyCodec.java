package dev.orbit.testkit.calls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.orbit.client.codec.CodecException;
import dev.orbit.client.codec.PayloadCodec;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

// region: codec
/** Writes {@link Money} as eight bytes and three letters. */
final class MoneyCodec implements PayloadCodec {
  private static final int CENTS = Long.BYTES;
  private static final int LENGTH = CENTS + 3;

  @Override
  public int id() {
    return FIRST_USER_ID;
  }

  @Override
  public String name() {
    return "money";
  }

  @Override
  public boolean supports(Type type) {
    return type == Money.class;
  }

  @Override
  public byte[] encodeValue(Type type, @Nullable Object value) throws CodecException {
    if (!(value instanceof Money money)) {
      throw new CodecException("it is %s, and an amount is needed".formatted(value), null);
    }
    WRITTEN.incrementAndGet();
    return ByteBuffer.allocate(LENGTH)
        .putLong(money.inCents())
        .put(money.inCurrency().getBytes(US_ASCII))
        .array();
  }

  @Override
  public Money decodeValue(Type type, byte[] bytes) throws CodecException {
    if (bytes.length != LENGTH) {
      throw new CodecException("it has %d bytes, not %d".formatted(bytes.length, LENGTH), null);
    }
    return Money.of(
        ByteBuffer.wrap(bytes).getLong(), new String(bytes, CENTS, LENGTH - CENTS, US_ASCII));
  }

  // endregion

  /** How many amounts were written in this process. */
  static final AtomicInteger WRITTEN = new AtomicInteger();
}
