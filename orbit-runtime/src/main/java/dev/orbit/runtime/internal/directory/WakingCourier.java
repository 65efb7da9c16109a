package dev.orbit.runtime.internal.directory;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;

/** Has the directory ticked again after each answer, which may leave something to be repeated. */
record WakingCourier(Courier courier, Runnable wake) implements Courier {
  @Override
  public void ask(MemberId to, long viewVersion, Content content, Question question) {
    courier.ask(to, viewVersion, content, new Waking(question, wake));
  }

  private record Waking(Question question, Runnable wake) implements Question {
    @Override
    public void answered(Content answer) {
      try {
        question.answered(answer);
      } finally {
        wake.run();
      }
    }

    @Override
    public void failed() {
      try {
        question.failed();
      } finally {
        wake.run();
      }
    }
  }
}
