package dev.orbit.testkit.state;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateKey;
import dev.orbit.api.state.StateStore;
import dev.orbit.api.state.StoredState;
import dev.orbit.testkit.history.HistoryRecorder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes the calls of a {@link StoreModel} on a real store. */
final class StoreCalls {
  private StoreCalls() {}

  static StateKey key(String name) {
    return new StateKey("contract", new AddressableReference("Generated", Key.of(name)), "value");
  }

  /**
   * Makes one.
   *
   * @return its answer; empty when its outcome is not known
   */
  static Optional<StoreModel.Answer> make(StateStore store, StoreModel.Call call) {
    try {
      return Optional.of(
          switch (call) {
            case StoreModel.Call.Claim claim -> {
              StoredState stored = store.claim(key(claim.key()), claim.fence());
              yield new StoreModel.Answer.Stored(stored.version(), number(stored));
            }
            case StoreModel.Call.Write write ->
                new StoreModel.Answer.Written(
                    store.write(
                        key(write.key()),
                        write.expectedVersion(),
                        write.fence(),
                        bytes(write.value())));
          });
    } catch (StorageException e) {
      return refusal(e);
    }
  }

  private static Optional<StoreModel.Answer> refusal(StorageException e) {
    if (e.code() == ErrorCode.STATE_FENCED) {
      return Optional.of(new StoreModel.Answer.Fenced());
    }
    if (e.code() == ErrorCode.STATE_CONFLICT) {
      return Optional.of(new StoreModel.Answer.Conflict());
    }
    if (e.code() == ErrorCode.STORE_UNAVAILABLE || e.code() == ErrorCode.WRITE_OUTCOME_UNKNOWN) {
      return Optional.empty();
    }
    throw new AssertionError("a store must not fail with " + e.code(), e);
  }

  /** As {@link #make}, noted in a history; an unknown outcome stays one there. */
  static Optional<StoreModel.Answer> makeNoted(
      HistoryRecorder<StoreModel.Call, StoreModel.Answer> history,
      int client,
      StateStore store,
      StoreModel.Call call) {
    try {
      return Optional.of(
          history.call(client, call, () -> make(store, call).orElseThrow(OutcomeUnknown::new)));
    } catch (OutcomeUnknown e) {
      return Optional.empty();
    }
  }

  /**
   * A call that may be right or wrong in {@code row}: mostly the next write of whoever claimed
   * last, and every kind of mistake now and then.
   */
  static StoreModel.Call draw(Random random, String key, StoreModel.Row row) {
    Fence last = row.fence() == null ? new Fence(3, 3) : row.fence();
    Fence fence =
        switch (random.nextInt(8)) {
          case 0 -> new Fence(last.view(), last.counter() + 1);
          case 1 -> new Fence(last.view() + 1, random.nextInt(3));
          case 2 -> new Fence(last.view(), last.counter() - 1);
          case 3 -> new Fence(last.view() - 1, last.counter() + 5);
          default -> last;
        };
    if (random.nextInt(4) == 0) {
      return new StoreModel.Call.Claim(key, fence);
    }
    long expected = random.nextInt(5) == 0 ? row.version() + random.nextInt(3) - 1 : row.version();
    Integer value = random.nextInt(6) == 0 ? null : random.nextInt(1_000_000);
    return new StoreModel.Call.Write(key, fence, Math.max(0, expected), value);
  }

  private static @Nullable Integer number(StoredState stored) {
    return stored
        .value()
        .map(bytes -> Integer.valueOf(new String(bytes, StandardCharsets.UTF_8)))
        .orElse(null);
  }

  private static Optional<byte[]> bytes(@Nullable Integer value) {
    return Optional.ofNullable(value)
        .map(number -> Integer.toString(number).getBytes(StandardCharsets.UTF_8));
  }

  /** Carries an unknown outcome through a recorder. */
  private static final class OutcomeUnknown extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
