package dev.orbit.benchmarks.contenders;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithInt64Key;
import java.util.concurrent.CompletionStage;

/** Answers what it was sent. Fresh ones are made by calling keys that nobody has called before. */
@ActorType("benchmarks.contenders.Echo")
public interface Echo extends ActorWithInt64Key {
  /** Answers {@code text}; the caller blocks. */
  String echo(String text);

  /** Answers {@code text}; the caller goes on. */
  CompletionStage<String> echoLater(String text);
}
