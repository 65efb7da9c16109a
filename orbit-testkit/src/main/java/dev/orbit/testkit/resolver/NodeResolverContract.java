package dev.orbit.testkit.resolver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

/**
 * What a {@link NodeResolver} must do.
 *
 * <pre>{@code
 * class MyResolverIT implements NodeResolverContract {
 *   public NodeResolverFixture fixture() {
 *     return new MyFixture();
 *   }
 * }
 * }</pre>
 */
public interface NodeResolverContract {
  /** The cluster of all nodes that are registered. */
  String CLUSTER = "contract";

  /**
   * A fresh resolver that knows no nodes.
   *
   * @throws Exception if it cannot be had, which fails the test
   */
  NodeResolverFixture fixture() throws Exception;

  @Test
  default void doesNotKnowANodeThatWasNeverRegistered() throws Exception {
    try (NodeResolverFixture fixture = fixture()) {
      Optional<Endpoint> answer = fixture.resolver().resolveNode(node("a"));

      assertEquals(Optional.empty(), answer);
    }
  }

  @Test
  default void tellsWhereEachRegisteredNodeListens() throws Exception {
    try (NodeResolverFixture fixture = fixture()) {
      fixture.register(node("a"), endpoint(1));
      fixture.register(node("b"), endpoint(2));

      awaitAnswer(fixture, node("a"), Optional.of(endpoint(1)));
      awaitAnswer(fixture, node("b"), Optional.of(endpoint(2)));
    }
  }

  @Test
  default void findsANodeThatWasAskedForTooEarly() throws Exception {
    try (NodeResolverFixture fixture = fixture()) {
      Optional<Endpoint> early = fixture.resolver().resolveNode(node("a"));

      fixture.register(node("a"), endpoint(1));

      assertEquals(Optional.empty(), early);
      awaitAnswer(fixture, node("a"), Optional.of(endpoint(1)));
    }
  }

  @Test
  default void followsANodeThatMovesToAnotherHostOrPort() throws Exception {
    try (NodeResolverFixture fixture = fixture()) {
      fixture.register(node("a"), endpoint(1));
      awaitAnswer(fixture, node("a"), Optional.of(endpoint(1)));

      fixture.register(node("a"), endpoint(2));
      awaitAnswer(fixture, node("a"), Optional.of(endpoint(2)));
      Endpoint otherPort = new Endpoint(endpoint(2).host(), 7999);
      fixture.register(node("a"), otherPort);

      awaitAnswer(fixture, node("a"), Optional.of(otherPort));
    }
  }

  @Test
  default void forgetsANodeThatIsRemovedAndNoOther() throws Exception {
    try (NodeResolverFixture fixture = fixture()) {
      fixture.register(node("a"), endpoint(1));
      fixture.register(node("b"), endpoint(2));
      awaitAnswer(fixture, node("a"), Optional.of(endpoint(1)));

      fixture.remove(node("a"));

      awaitAnswer(fixture, node("a"), Optional.empty());
      awaitAnswer(fixture, node("b"), Optional.of(endpoint(2)));
    }
  }

  @Test
  default void takesANodeOfAnotherClusterForAnotherNode() throws Exception {
    try (NodeResolverFixture fixture = fixture()) {
      fixture.register(node("a"), endpoint(1));
      awaitAnswer(fixture, node("a"), Optional.of(endpoint(1)));

      Optional<Endpoint> answer = fixture.resolver().resolveNode(new NodeId("a", "another"));

      assertEquals(Optional.empty(), answer);
    }
  }

  @Test
  default void doesNotKnowNodesWhoseNamesItCannotHold() throws Exception {
    try (NodeResolverFixture fixture = fixture()) {
      fixture.register(node("a"), endpoint(1));
      awaitAnswer(fixture, node("a"), Optional.of(endpoint(1)));

      for (String odd : List.of("a b", "a/b", "a=b", "#a", "a,a", "a\na", "ä", "../a", ".", "*")) {
        assertEquals(Optional.empty(), fixture.resolver().resolveNode(node(odd)), odd);
      }
      assertEquals(
          Optional.empty(), fixture.resolver().resolveNode(node("a".repeat(NodeId.MAX_LENGTH))));
    }
  }

  @Test
  default void hasAnAnswerForActorsEvenIfItIsNone() throws Exception {
    try (NodeResolverFixture fixture = fixture()) {
      AddressableReference actor =
          new AddressableReference("contract.Actor", new Key.StringKey("alice"));

      Optional<NodeId> host = fixture.resolver().resolveAddressable(actor);

      assertNotNull(host, "resolveAddressable gave null; Optional.empty() says that it is unknown");
    }
  }

  @Test
  default void namesTheNodeOfAnActorThatItPlacesAndOfNoOther() throws Exception {
    try (NodeResolverFixture fixture = fixture()) {
      AddressableReference alice =
          new AddressableReference("contract.Actor", new Key.StringKey("alice"));
      AddressableReference other =
          new AddressableReference("contract.Other", new Key.StringKey("alice"));
      assumeTrue(fixture.place(alice, node("a")), "the resolver leaves actors to the cluster");

      Awaitility.await()
          .atMost(fixture.patience())
          .until(() -> fixture.resolver().resolveAddressable(alice).equals(Optional.of(node("a"))));

      assertEquals(Optional.empty(), fixture.resolver().resolveAddressable(other));
    }
  }

  @Test
  default void answersManyThreadsWhileANodeMoves() throws Exception {
    // Platform threads: virtual ones that never wait would leave the resolver's own no processor.
    try (NodeResolverFixture fixture = fixture();
        ExecutorService threads = Executors.newCachedThreadPool()) {
      Set<Optional<Endpoint>> sensible = Set.of(Optional.of(endpoint(1)), Optional.of(endpoint(2)));
      fixture.register(node("a"), endpoint(1));
      awaitAnswer(fixture, node("a"), Optional.of(endpoint(1)));
      AtomicBoolean enough = new AtomicBoolean();

      List<Future<?>> askers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        askers.add(
            threads.submit(
                () -> {
                  for (int call = 0; call < 100 || !enough.get(); call++) {
                    Optional<Endpoint> answer = fixture.resolver().resolveNode(node("a"));
                    assertTrue(sensible.contains(answer), "neither old nor new: " + answer);
                  }
                }));
      }
      try {
        fixture.register(node("a"), endpoint(2));
        awaitAnswer(fixture, node("a"), Optional.of(endpoint(2)));
      } finally {
        enough.set(true);
      }

      for (Future<?> asker : askers) {
        finish(asker);
      }
    }
  }

  @Test
  default void tellsOfANodeThatComesMovesAndGoesWhenItsAnswerIsNew() throws Exception {
    try (NodeResolverFixture fixture = telling()) {
      NodeResolver resolver = fixture.resolver();
      resolver.resolveNode(node("a"));
      ToldChanges told = new ToldChanges(resolver);
      Cancellable subscription = resolver.onChange(told);

      fixture.register(node("a"), endpoint(1));
      awaitTold(fixture, told, node("a"), Optional.of(endpoint(1)));
      fixture.register(node("a"), endpoint(2));
      awaitTold(fixture, told, node("a"), Optional.of(endpoint(2)));
      fixture.remove(node("a"));
      awaitTold(fixture, told, node("a"), Optional.empty());

      assertFalse(
          told.wasCalledBy(Thread.currentThread()),
          "the listener was called on the thread of the caller");
      subscription.cancel();
    }
  }

  @Test
  default void neverMakesTwoCallsOfOneListenerAtATime() throws Exception {
    try (NodeResolverFixture fixture = telling()) {
      NodeResolver resolver = fixture.resolver();
      List<NodeId> nodes = IntStream.range(0, 50).mapToObj(i -> node("n" + i)).toList();
      nodes.forEach(resolver::resolveNode);
      ToldChanges told = new ToldChanges(resolver);
      resolver.onChange(told);

      nodes.forEach(node -> fixture.register(node, endpoint(1)));

      for (NodeId node : nodes) {
        awaitTold(fixture, told, node, Optional.of(endpoint(1)));
      }
      assertFalse(told.overlapped(), "two calls of one listener overlapped");
    }
  }

  @Test
  default void aListenerThatBlocksDelaysNoOther() throws Exception {
    try (NodeResolverFixture fixture = telling()) {
      NodeResolver resolver = fixture.resolver();
      resolver.resolveNode(node("a"));
      CountDownLatch release = new CountDownLatch(1);
      ToldChanges told = new ToldChanges(resolver);
      resolver.onChange(node -> awaitUninterruptibly(release));
      resolver.onChange(told);

      try {
        fixture.register(node("a"), endpoint(1));
        awaitTold(fixture, told, node("a"), Optional.of(endpoint(1)));
        fixture.register(node("a"), endpoint(2));

        awaitTold(fixture, told, node("a"), Optional.of(endpoint(2)));
        awaitAnswer(fixture, node("a"), Optional.of(endpoint(2)));
      } finally {
        release.countDown();
      }
    }
  }

  @Test
  default void aListenerThatThrowsTakesNothingFromOthersOrFromItself() throws Exception {
    try (NodeResolverFixture fixture = telling()) {
      NodeResolver resolver = fixture.resolver();
      resolver.resolveNode(node("a"));
      ToldChanges angry = new ToldChanges(resolver);
      ToldChanges told = new ToldChanges(resolver);
      resolver.onChange(
          node -> {
            angry.accept(node);
            throw new IllegalStateException("a listener of the contract tests that throws");
          });
      resolver.onChange(told);

      fixture.register(node("a"), endpoint(1));
      awaitTold(fixture, told, node("a"), Optional.of(endpoint(1)));
      awaitTold(fixture, angry, node("a"), Optional.of(endpoint(1)));
      fixture.register(node("a"), endpoint(2));

      awaitTold(fixture, told, node("a"), Optional.of(endpoint(2)));
      awaitTold(fixture, angry, node("a"), Optional.of(endpoint(2)));
    }
  }

  @Test
  default void aListenerThatWasTakenAwayIsToldNothing() throws Exception {
    try (NodeResolverFixture fixture = telling()) {
      NodeResolver resolver = fixture.resolver();
      resolver.resolveNode(node("a"));
      ToldChanges gone = new ToldChanges(resolver);
      ToldChanges told = new ToldChanges(resolver);
      Cancellable subscription = resolver.onChange(gone);
      resolver.onChange(told);

      subscription.cancel();
      subscription.cancel();
      fixture.register(node("a"), endpoint(1));

      awaitTold(fixture, told, node("a"), Optional.of(endpoint(1)));
      assertEquals(0, gone.calls(), "calls after cancel");
    }
  }

  @Test
  default void takesAHundredListeners() throws Exception {
    try (NodeResolverFixture fixture = telling()) {
      NodeResolver resolver = fixture.resolver();
      resolver.resolveNode(node("a"));
      List<ToldChanges> all =
          IntStream.range(0, 100).mapToObj(i -> new ToldChanges(resolver)).toList();
      all.forEach(resolver::onChange);

      fixture.register(node("a"), endpoint(1));

      for (ToldChanges told : all) {
        awaitTold(fixture, told, node("a"), Optional.of(endpoint(1)));
      }
    }
  }

  private NodeResolverFixture telling() throws Exception {
    NodeResolverFixture fixture = fixture();
    if (!fixture.tellsChanges()) {
      fixture.close();
    }
    assumeTrue(fixture.tellsChanges(), "this resolver tells no changes");
    return fixture;
  }

  private static NodeId node(String key) {
    return new NodeId(key, CLUSTER);
  }

  /** Addresses that are set aside for examples: nobody connects to them. */
  private static Endpoint endpoint(int last) {
    return new Endpoint("192.0.2." + last, 7400);
  }

  private static void awaitAnswer(
      NodeResolverFixture fixture, NodeId node, Optional<Endpoint> answer) {
    await(
        fixture.patience(),
        () -> fixture.resolver().resolveNode(node).equals(answer),
        () ->
            "node %s: expected %s, the resolver answers %s"
                .formatted(node, answer, fixture.resolver().resolveNode(node)));
  }

  private static void awaitTold(
      NodeResolverFixture fixture, ToldChanges told, NodeId node, Optional<Endpoint> answer) {
    await(
        fixture.patience(),
        () -> told.saw(node, answer),
        () ->
            "node %s: its listener was to be told when the answer was %s; told were %s"
                .formatted(node, answer, told.answers()));
  }

  private static void await(Duration bound, BooleanSupplier condition, Supplier<String> complaint) {
    try {
      Awaitility.await()
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(10))
          .atMost(bound)
          .until(condition::getAsBoolean);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(complaint.get() + " within " + bound, e);
    }
  }

  private static void finish(Future<?> asker) throws InterruptedException {
    try {
      asker.get();
    } catch (ExecutionException e) {
      throw new AssertionError("a thread that asked failed: " + e.getCause(), e.getCause());
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
