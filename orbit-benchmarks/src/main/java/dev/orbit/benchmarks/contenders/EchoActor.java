package dev.orbit.benchmarks.contenders;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Hosts {@link Echo}; keeps nothing. */
public final class EchoActor implements Echo {
  @Override
  public String echo(String text) {
    return text;
  }

  @Override
  public CompletionStage<String> echoLater(String text) {
    return CompletableFuture.completedFuture(text);
  }
}
