package dev.orbit.runtime.internal.persistence;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.StateKey;
import dev.orbit.client.codec.CodecException;
import dev.orbit.client.codec.PayloadCodec;
import dev.orbit.runtime.internal.registration.JournalSlot;
import java.lang.reflect.Type;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the parts of a journal are written: a byte that names the form, numbers, and what the codec
 * makes of the value or the events.
 *
 * <p>Immutable.
 *
 * @param key of the journal, for messages
 */
record JournalForm(JournalSlot slot, StateKey key, PayloadCodec codec) {
  private static final byte FORM = 1;
  private static final int HEAD_BYTES = 1 + Long.BYTES + Integer.BYTES;

  /**
   * A snapshot.
   *
   * @param entries how many entries it contains
   * @param ring in how many places the entries after it stand
   */
  record Head(long entries, int ring, Object value) {}

  /** What was appended at once. */
  record Entry(long number, List<Object> events) {}

  byte[] encode(Head head) {
    try {
      byte[] value = codec.encodeValue(slot.state().type(), head.value());
      return ByteBuffer.allocate(HEAD_BYTES + value.length)
          .put(FORM)
          .putLong(head.entries())
          .putInt(head.ring())
          .put(value)
          .array();
    } catch (CodecException e) {
      throw unwritable("the value", e);
    }
  }

  byte[] encode(Entry entry) {
    Object[] events = entry.events().toArray();
    try {
      byte[] encoded = codec.encodeArguments(types(events.length), events);
      return ByteBuffer.allocate(HEAD_BYTES + encoded.length)
          .put(FORM)
          .putLong(entry.number())
          .putInt(events.length)
          .put(encoded)
          .array();
    } catch (CodecException e) {
      throw unwritable("an event", e);
    }
  }

  private List<Type> types(int count) {
    return Collections.nCopies(count, slot.event());
  }

  Head decodeHead(byte[] bytes) {
    ByteBuffer in = opened(bytes);
    try {
      long entries = in.getLong();
      int ring = in.getInt();
      Object value = codec.decodeStored(slot.state().type(), rest(bytes), slot.state().initial());
      if (value == null || entries < 0 || ring < 1) {
        throw unreadable("its snapshot is damaged", null);
      }
      return new Head(entries, ring, value);
    } catch (CodecException | BufferUnderflowException e) {
      throw unreadable("its snapshot: " + e.getMessage(), e);
    }
  }

  /** The number of an entry, which tells whether its place holds it or an older one. */
  long numberOf(byte[] bytes) {
    try {
      return opened(bytes).getLong();
    } catch (BufferUnderflowException e) {
      throw unreadable("an entry is damaged", e);
    }
  }

  Entry decodeEntry(byte[] bytes) {
    ByteBuffer in = opened(bytes);
    try {
      long number = in.getLong();
      int count = in.getInt();
      if (count < 1 || count > PersistentJournal.MOST_EVENTS) {
        throw unreadable("entry %d is damaged".formatted(number), null);
      }
      @Nullable Object[] events = codec.decodeArguments(types(count), rest(bytes));
      for (Object event : events) {
        if (event == null) {
          throw unreadable("entry %d holds null".formatted(number), null);
        }
      }
      return new Entry(number, List.of(events));
    } catch (CodecException | BufferUnderflowException e) {
      throw unreadable("an event: " + e.getMessage(), e);
    }
  }

  private ByteBuffer opened(byte[] bytes) {
    if (bytes.length < HEAD_BYTES || bytes[0] != FORM) {
      throw unreadable(
          "it is of a form that this release does not read (%d bytes)".formatted(bytes.length),
          null);
    }
    return ByteBuffer.wrap(bytes, 1, bytes.length - 1);
  }

  private static byte[] rest(byte[] bytes) {
    return Arrays.copyOfRange(bytes, HEAD_BYTES, bytes.length);
  }

  StorageException unreadable(String reason, @Nullable Throwable cause) {
    return new StorageException(
        ErrorCode.STATE_UNREADABLE,
        "journal %s cannot be read, %s; nothing was changed. Make the types able to read it, or clear it in the store"
            .formatted(key, reason),
        cause);
  }

  private StorageException unwritable(String what, CodecException e) {
    return new StorageException(
        ErrorCode.STATE_UNREADABLE,
        "%s of journal %s cannot be encoded: %s; nothing was written"
            .formatted(what, key, e.getMessage()),
        e);
  }
}
