package dev.orbit.runtime.internal.persistence;

import dev.orbit.api.State;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StoredState;
import dev.orbit.client.codec.CodecException;
import dev.orbit.runtime.internal.registration.StateSlot;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** One state of one activation. Confined to its turns. */
public final class PersistentState<T> implements State<T> {
  private final StateSlot slot;
  private final StateKey key;
  private final StateAccess access;
  private T value;
  private boolean exists;
  private long version;
  private boolean unsure;

  private PersistentState(StateSlot slot, StateKey key, StateAccess access, T initial) {
    this.slot = slot;
    this.key = key;
    this.access = access;
    this.value = initial;
  }

  /**
   * Claims and reads the state; blocks.
   *
   * @throws StorageException if the store fails, a later activation exists, or what is stored
   *     cannot be decoded
   */
  public static PersistentState<Object> load(StateSlot slot, StateKey key, StateAccess access) {
    PersistentState<Object> state = new PersistentState<>(slot, key, access, slot.initial().get());
    state.claim();
    return state;
  }

  private void claim() {
    StoredState stored;
    try {
      stored = access.store().claim(key, access.fence());
    } catch (StorageException e) {
      throw refused(e);
    }
    value = stored.value().map(this::decode).orElseGet(this::initial);
    exists = stored.value().isPresent();
    version = stored.version();
    unsure = false;
  }

  @SuppressWarnings(
      "unchecked") // The slot's supplier and the codec make values of the slot's type.
  private T initial() {
    return (T) slot.initial().get();
  }

  @SuppressWarnings("unchecked")
  private T decode(byte[] bytes) {
    Object decoded;
    try {
      decoded = access.codec().decodeStored(slot.type(), bytes, slot.initial());
    } catch (CodecException e) {
      throw new StorageException(
          ErrorCode.STATE_UNREADABLE,
          "the %d bytes stored as %s are no %s: %s; nothing was changed. Make the type able to read them, or clear them in the store"
              .formatted(bytes.length, key, slot.type().getTypeName(), e.getMessage()),
          e);
    }
    if (decoded == null) {
      throw new StorageException(
          ErrorCode.STATE_UNREADABLE,
          "what is stored as %s is null; nothing was changed".formatted(key));
    }
    return (T) decoded;
  }

  /** After a write of which nobody knows whether it happened the store alone knows the value. */
  private void settle() {
    if (unsure) {
      claim();
    }
  }

  @Override
  public T value() {
    settle();
    return value;
  }

  @Override
  public boolean exists() {
    settle();
    return exists;
  }

  @Override
  public long version() {
    settle();
    return version;
  }

  @Override
  public T update(UnaryOperator<T> change) {
    T changed = change.apply(value());
    write(changed);
    return changed;
  }

  @Override
  public void write(T newValue) {
    Objects.requireNonNull(newValue, "a state cannot be null; clear() removes it");
    settle();
    store(newValue, Optional.of(encode(newValue)));
  }

  @Override
  public void refresh() {
    claim();
  }

  @Override
  public void clear() {
    settle();
    store(initial(), Optional.empty());
  }

  private byte[] encode(T newValue) {
    try {
      return access.codec().encodeValue(slot.type(), newValue);
    } catch (CodecException e) {
      throw new StorageException(
          ErrorCode.STATE_UNREADABLE,
          "the new value of %s cannot be encoded: %s; nothing was written"
              .formatted(key, e.getMessage()),
          e);
    }
  }

  private void store(T newValue, Optional<byte[]> bytes) {
    access.checkMayWrite(key);
    try {
      version = access.store().write(key, version, access.fence(), bytes);
    } catch (StorageException e) {
      throw refused(e);
    } catch (RuntimeException e) {
      unsure = true;
      throw new StorageException(
          ErrorCode.WRITE_OUTCOME_UNKNOWN,
          "whether %s was written is not known: the store failed with %s".formatted(key, e),
          e);
    }
    value = newValue;
    exists = bytes.isPresent();
  }

  private StorageException refused(StorageException e) {
    if (e.code() == ErrorCode.STATE_CONFLICT || e.code() == ErrorCode.STATE_FENCED) {
      access.onRefused().accept(e);
    } else {
      unsure = true;
    }
    return e;
  }
}
