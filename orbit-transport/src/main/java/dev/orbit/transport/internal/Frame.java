package dev.orbit.transport.internal;

import java.io.InputStream;

/** One gRPC message of a stream. */
sealed interface Frame permits Frame.Arrived, OutFrame {
  /**
   * What came in, not looked into. The bytes are there only until the listener that it is given to
   * returns.
   */
  record Arrived(InputStream bytes) implements Frame {}
}
