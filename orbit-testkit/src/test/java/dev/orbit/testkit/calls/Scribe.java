package dev.orbit.testkit.calls;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.OneWay;
import dev.orbit.api.Placed;
import dev.orbit.api.placement.PlacementStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Writes down what it is told, in the order in which it hears it. */
interface Scribe extends ActorWithStringKey {
  /** Nobody waits for it. */
  @OneWay
  void write(int number);

  /** Whoever calls need not wait for the answer before the next. */
  CompletionStage<Void> writeLater(int number);

  List<Integer> written();

  /** Lives where its partition is owned. */
  @ActorType("test.Scribe.Hashed")
  interface Hashed extends Scribe {}

  /** Lives anywhere. */
  @ActorType("test.Scribe.Random")
  interface Anywhere extends Scribe {}

  /** Lives where it was called first. */
  @ActorType("test.Scribe.Near")
  interface Near extends Scribe {}

  /** Common to all. */
  abstract class Writing implements Scribe {
    private final List<Integer> written = new ArrayList<>();

    @Override
    public void write(int number) {
      written.add(number);
    }

    @Override
    public CompletionStage<Void> writeLater(int number) {
      written.add(number);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Integer> written() {
      return List.copyOf(written);
    }
  }

  /** As every actor. */
  final class HashedActor extends Writing implements Hashed {}

  /** Placed at random. */
  @Placed(strategy = PlacementStrategy.RANDOM)
  final class AnywhereActor extends Writing implements Anywhere {}

  /** Placed near its first caller. */
  @Placed(strategy = PlacementStrategy.PREFER_LOCAL)
  final class NearActor extends Writing implements Near {}
}
