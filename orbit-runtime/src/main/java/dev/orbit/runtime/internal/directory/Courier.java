package dev.orbit.runtime.internal.directory;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;

/**
 * Carries the directory's questions. Never blocks. Called with no monitor of the directory held, so
 * that it may answer or fail at once.
 *
 * <p>Every question has an answer, {@link Question#answered}, or fails, {@link Question#failed}, by
 * any thread and once; also if it never arrived.
 */
@FunctionalInterface
public interface Courier {
  /** Sends a question to a member, under the view by which it is asked. */
  void ask(MemberId to, long viewVersion, Content content, Question question);

  /** What waits for the answer. */
  interface Question {
    /** The member has answered. */
    void answered(Content answer);

    /** There will be no answer; the question may have arrived. */
    void failed();
  }
}
