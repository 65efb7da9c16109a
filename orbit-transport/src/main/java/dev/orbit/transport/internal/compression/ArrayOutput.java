package dev.orbit.transport.internal.compression;

import java.io.OutputStream;

/** Writes into an array that has room for all of it. Not thread-safe. */
public final class ArrayOutput extends OutputStream {
  private final byte[] to;
  private int at;

  /** From the beginning of that array on. */
  public ArrayOutput(byte[] to) {
    this.to = to;
  }

  /** How many bytes were written. */
  public int length() {
    return at;
  }

  @Override
  public void write(int value) {
    to[at] = (byte) value;
    at++;
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    System.arraycopy(from, offset, to, at, length);
    at += length;
  }
}
