package dev.orbit.transport.internal;

import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** One gRPC message of a stream. */
sealed interface Frame permits Frame.Arrived, OutFrame {
  /**
   * What came in, not looked into. The bytes are there only until the listener that it is given to
   * returns.
   */
  record Arrived(InputStream bytes) implements Frame {
    /** How many bytes it has; 0 where that shows only when it is read. */
    int size() {
      try {
        return bytes instanceof KnownLength ? bytes.available() : 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
