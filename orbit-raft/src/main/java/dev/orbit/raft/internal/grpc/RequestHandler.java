package dev.orbit.raft.internal.grpc;

import dev.orbit.proto.raft.FrameProto;
import java.util.function.Consumer;

/** Takes the requests of peers. */
@FunctionalInterface
public interface RequestHandler {
  /**
   * Handles one request. Requests of one lane of one peer come in the order it sent them, one at a
   * time, on an event loop that must not be blocked.
   *
   * @param from the voter that asks
   * @param reply takes the answer, from any thread, at most once; its id is filled in
   */
  void handle(String from, FrameProto request, Consumer<FrameProto.Builder> reply);
}
