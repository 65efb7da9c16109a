package dev.orbit.runtime;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.OneWay;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The contract of the design's example, and what the tests of nodes need besides. */
@ActorType("test.Cart")
public interface Cart extends ActorWithStringKey {
  int add(Line line);

  CartState view();

  CompletionStage<Integer> countLater();

  /** The node that runs it, and its incarnation in memory. */
  String where();

  /** Adds a line to another cart, and then to this one. */
  int addToBoth(String other, Line line);

  /** Calls itself through the other cart. */
  int callBackThrough(String other);

  int callsOf(String other);

  void failWith(String message);

  @OneWay
  void addLater(Line line);

  record Line(String sku, int quantity) {}

  record CartState(List<Line> lines) {
    public static CartState initial() {
      return new CartState(List.of());
    }

    CartState plus(Line line) {
      return new CartState(
          java.util.stream.Stream.concat(lines.stream(), java.util.stream.Stream.of(line))
              .toList());
    }
  }
}
