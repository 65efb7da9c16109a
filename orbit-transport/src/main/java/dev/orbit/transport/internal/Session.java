package dev.orbit.transport.internal;

import dev.orbit.proto.Content;
import org.jspecify.annotations.Nullable;

/**
 * What the streams have in common that one process has opened here: large payloads come and go over
 * one of them and belong to messages of the others. Thread-safe.
 */
final class Session implements TransferEnd.Carrier {
  private final Shared shared;
  private final TransferEnd transfers;
  private volatile @Nullable Replies carrier;
  private volatile long most;

  /** How many streams it has. Belongs to {@link Sessions}. */
  int streams;

  Session(Shared shared) {
    this.shared = shared;
    this.transfers = new TransferEnd(shared, this);
  }

  /** What goes and comes. */
  TransferEnd transfers() {
    return transfers;
  }

  /** A stream of it has been greeted. */
  void greeted(Replies stream, Content.Bulk takes) {
    most = takes.maxBytes();
    if (takes.carried()) {
      carrier = stream;
      stream.carry(transfers.out());
      transfers.opened(takes);
      stream.wake();
    }
  }

  /** A stream of it is over. */
  void ended(Replies stream) {
    if (carrier == stream) {
      carrier = null;
      transfers.lost();
      transfers.out().goWhole();
    }
    transfers.out().abandon(stream);
    wake();
  }

  /** Whether the result of so many bytes goes in parts. */
  boolean splits(int bytes) {
    return bytes <= most && shared.config().bulk().splits(bytes, shared.config().maxMessageBytes());
  }

  /** Whether there is a stream that carries payloads. */
  boolean hasCarrier() {
    return carrier != null;
  }

  @Override
  public void say(Content content) {
    Replies stream = carrier;
    if (stream != null) {
      stream.answerDirectly(0, content);
    }
  }

  @Override
  public void wake() {
    Replies stream = carrier;
    if (stream != null) {
      stream.wake();
    }
  }

  @Override
  public void wanted() {
    // This end cannot dial: the other one opens the stream when it has something to send.
  }
}
