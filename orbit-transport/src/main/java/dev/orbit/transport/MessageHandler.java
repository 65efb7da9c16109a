package dev.orbit.transport;

import dev.orbit.proto.Message;

/** Takes what other nodes and clients send. */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Takes one message. Runs on the thread that read it and must not block: work is handed to a
   * mailbox or a virtual thread. Messages of one stream come in the order in which they were sent.
   * What it throws is answered to the sender as an error and logged.
   *
   * @param replies where the answers go; may be kept and used by any thread until the answer is
   *     sent
   */
  void onMessage(Message message, ReplySink replies);
}
