package dev.orbit.raft.internal.grpc;

import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;

/** Failures that consensus engines tell apart: what was sent may have been acted on. */
final class LinkFailures {
  private LinkFailures() {}

  /** Stands for a connection that broke under a request that had been sent. */
  static ClosedChannelException closed(String peer, String why) {
    ClosedChannelException closed = new ClosedChannelException();
    closed.initCause(new IOException("the connection to voter %s broke: %s".formatted(peer, why)));
    return closed;
  }

  static ConnectException notConnected(String peer, Object endpoint) {
    return new ConnectException("voter %s at %s is not connected".formatted(peer, endpoint));
  }

  static String describe(Status status) {
    Throwable cause = status.getCause();
    String description = status.getDescription();
    if (cause != null && cause.getMessage() != null) {
      return status.getCode() + ": " + cause.getMessage();
    }
    return description == null ? status.getCode().name() : status.getCode() + ": " + description;
  }
}
