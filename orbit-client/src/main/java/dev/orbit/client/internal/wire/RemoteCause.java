package dev.orbit.client.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * What caused an exception of an actor, as its host wrote it down: never thrown, only shown. Its
 * class was not looked up.
 */
final class RemoteCause extends Exception {
  private static final long serialVersionUID = 1L;

  private final String text;

  /**
   * A cause.
   *
   * @param text class name and message
   */
  RemoteCause(String text, @Nullable Throwable cause) {
    super(text, cause);
    this.text = text;
  }

  /** As the exception would have said it itself. */
  @Override
  @SuppressWarnings("OverrideThrowableToString") // The text names the class that it stands for.
  public String toString() {
    return text;
  }
}
