package dev.orbit.testkit.calls;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

final class TroubledActor implements Troubled {
  private int calls;

  @Override
  public Brittle brittle(int value) {
    calls++;
    return new Brittle(value);
  }

  @Override
  public CompletionStage<Brittle> brittleLater(int value) {
    return CompletableFuture.supplyAsync(() -> new Brittle(value));
  }

  @Override
  public int take(Brittle value) {
    return value.value();
  }

  @Override
  public Nested endless() {
    List<Nested> inner = new ArrayList<>();
    Nested endless = new Nested(inner);
    inner.add(endless);
    return endless;
  }

  @Override
  public int takeNested(Nested value) {
    return value.inner().size();
  }

  @Override
  public byte[] large(int bytes) {
    return new byte[bytes];
  }

  @Override
  public int length(byte[] bytes) {
    return bytes.length;
  }

  @Override
  public void refuse(String message) throws Refusal {
    throw new Refusal(message);
  }

  /** Does not even say what it is. */
  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public String toString() {
      throw new IllegalStateException("no text");
    }
  }

  @Override
  public void unspeakable() {
    throw new Unspeakable();
  }

  @Override
  public void wordy() {
    throw new IllegalArgumentException("x".repeat(30_000_000));
  }

  @Override
  @SuppressWarnings("InfiniteRecursion") // That is what it is for.
  public void recurse() {
    recurse();
  }

  @Override
  public void failInStore() {
    throw new StorageException(ErrorCode.WRITE_OUTCOME_UNKNOWN, "the database went away");
  }

  @Override
  public void letRefuse(Troubled other) throws Refusal {
    other.refuse("from afar");
  }

  @Override
  public int stillThere() {
    return ++calls;
  }
}
