package dev.orbit.client.codec;

import org.jspecify.annotations.Nullable;

/**
 * A value could not be encoded or decoded. The message says what is wrong with it in words that
 * make sense to somebody who sees only the contract.
 */
public final class CodecException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The position of a failure that concerns no single argument. */
  public static final int NO_POSITION = -1;

  private final int position;
  private final String reason;

  public CodecException(String message, @Nullable Throwable cause) {
    this(NO_POSITION, message, cause);
  }

  public CodecException(int position, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.position = position;
    this.reason = message;
  }

  /** The same failure, known to be that of the argument at {@code position}. */
  public CodecException at(int position) {
    return new CodecException(position, reason, getCause());
  }

  /** What is wrong. */
  public String reason() {
    return reason;
  }

  /**
   * Which argument it is about, counted from 0; {@link #NO_POSITION} when it concerns none or all
   * of them.
   */
  public int position() {
    return position;
  }
}
