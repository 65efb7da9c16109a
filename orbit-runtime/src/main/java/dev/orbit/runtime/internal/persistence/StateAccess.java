package dev.orbit.runtime.internal.persistence;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateStore;
import dev.orbit.client.codec.PayloadCodec;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the states of one activation share.
 *
 * @param store where they are kept
 * @param codec how values are written
 * @param fence of the activation
 * @param mayWrite whether the activation may still act: the node holds its lease
 * @param threads where several questions to the store wait at once
 * @param onRefused called when the store refused a write, with its reason
 */
public record StateAccess(
    StateStore store,
    PayloadCodec codec,
    Fence fence,
    BooleanSupplier mayWrite,
    Executor threads,
    Consumer<StorageException> onRefused) {
  /** Calls the store, and tells the activation if it was refused. */
  public <T> T call(Supplier<T> operation) {
    try {
      return operation.get();
    } catch (StorageException e) {
      if (e.code() == ErrorCode.STATE_CONFLICT || e.code() == ErrorCode.STATE_FENCED) {
        onRefused.accept(e);
      }
      throw e;
    }
  }

  /**
   * Refuses where the node has lost its lease.
   *
   * @param subject what was to be written
   */
  public void checkMayWrite(Object subject) {
    if (!mayWrite.getAsBoolean()) {
      StorageException refused =
          new StorageException(
              ErrorCode.STATE_FENCED,
              "this node has lost its lease, another may run the actor; %s was not written"
                  .formatted(subject));
      onRefused.accept(refused);
      throw refused;
    }
  }
}
