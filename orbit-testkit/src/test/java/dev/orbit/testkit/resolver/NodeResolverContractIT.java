package dev.orbit.testkit.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** The kit finds resolvers that break the contract. */
class NodeResolverContractIT {
  private interface Check {
    void run(NodeResolverContract contract) throws Exception;
  }

  private static void finds(Faulty resolver, Check check) {
    assertThatThrownBy(() -> check.run(() -> resolver)).isInstanceOf(AssertionError.class);
  }

  @Test
  void onesThatKnowNodesWronglyAreFound() {
    finds(
        new Faulty() {
          @Override
          public Optional<Endpoint> resolveNode(NodeId node) {
            return Optional.of(new Endpoint("192.0.2.1", 7400));
          }
        },
        NodeResolverContract::doesNotKnowANodeThatWasNeverRegistered);
    finds(
        new Faulty() {
          @Override
          public Optional<Endpoint> resolveNode(NodeId node) {
            return nodes.values().stream().findFirst();
          }
        },
        NodeResolverContract::tellsWhereEachRegisteredNodeListens);
    finds(
        new Faulty() {
          @Override
          public Optional<Endpoint> resolveNode(NodeId node) {
            return super.resolveNode(new NodeId(node.key(), NodeResolverContract.CLUSTER));
          }
        },
        NodeResolverContract::takesANodeOfAnotherClusterForAnotherNode);
    finds(
        new Faulty() {
          @Override
          public Optional<Endpoint> resolveNode(NodeId node) {
            return super.resolveNode(
                new NodeId(node.key().strip().substring(0, 1), node.namespace()));
          }
        },
        NodeResolverContract::doesNotKnowNodesWhoseNamesItCannotHold);
  }

  @Test
  void onesThatStickToTheirFirstAnswerAreFound() {
    finds(new Sticky(), NodeResolverContract::followsANodeThatMovesToAnotherHostOrPort);
    finds(new Sticky(), NodeResolverContract::forgetsANodeThatIsRemovedAndNoOther);
    finds(new Sticky(), NodeResolverContract::findsANodeThatWasAskedForTooEarly);
    finds(new Sticky(), NodeResolverContract::answersManyThreadsWhileANodeMoves);
  }

  @Test
  void onesThatTellNothingAreFoundUnlessTheySayThatTheyCannot() {
    Faulty silent =
        new Faulty() {
          @Override
          public Cancellable onChange(Consumer<NodeId> listener) {
            return () -> {};
          }
        };
    Faulty honest =
        new Faulty() {
          @Override
          public boolean tellsChanges() {
            return false;
          }
        };
    NodeResolverContract contract = () -> honest;

    finds(silent, NodeResolverContract::tellsOfANodeThatComesMovesAndGoesWhenItsAnswerIsNew);
    finds(silent, NodeResolverContract::takesAHundredListeners);
    assertThatThrownBy(contract::takesAHundredListeners).isInstanceOf(TestAbortedException.class);
  }

  @Test
  void onesThatTellOnTheThreadOfTheCallerAreFound() {
    Faulty sameThread = new Faulty();

    finds(sameThread, NodeResolverContract::tellsOfANodeThatComesMovesAndGoesWhenItsAnswerIsNew);
    assertThat(sameThread.closed).isTrue();
  }

  @Test
  void onesThatTellOnManyThreadsAtATimeAreFound() {
    finds(new ManyThreads(), NodeResolverContract::neverMakesTwoCallsOfOneListenerAtATime);
  }

  @Test
  void onesWhoseListenersDisturbEachOtherAreFound() {
    finds(new OneThread(), NodeResolverContract::aListenerThatBlocksDelaysNoOther);
    finds(
        new OneThread(),
        NodeResolverContract::aListenerThatThrowsTakesNothingFromOthersOrFromItself);
  }

  @Test
  void onesThatKeepListenersForEverAreFound() {
    finds(
        new Faulty() {
          @Override
          public Cancellable onChange(Consumer<NodeId> listener) {
            listeners.add(listener);
            return () -> {};
          }
        },
        NodeResolverContract::aListenerThatWasTakenAwayIsToldNothing);
  }

  /** Right in its answers; tells changes at once, on the thread that makes them. */
  private static class Faulty implements NodeResolverFixture, NodeResolver {
    final Map<NodeId, Endpoint> nodes = new ConcurrentHashMap<>();
    final List<Consumer<NodeId>> listeners = new CopyOnWriteArrayList<>();
    boolean closed;

    @Override
    public NodeResolver resolver() {
      return this;
    }

    @Override
    public Optional<Endpoint> resolveNode(NodeId node) {
      return Optional.ofNullable(nodes.get(node));
    }

    @Override
    public Cancellable onChange(Consumer<NodeId> listener) {
      listeners.add(listener);
      return () -> listeners.remove(listener);
    }

    @Override
    public void register(NodeId node, Endpoint endpoint) {
      nodes.put(node, endpoint);
      tell(node);
    }

    @Override
    public void remove(NodeId node) {
      nodes.remove(node);
      tell(node);
    }

    void tell(NodeId node) {
      listeners.forEach(listener -> listener.accept(node));
    }

    @Override
    public Duration patience() {
      return Duration.ofMillis(500);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static final class Sticky extends Faulty {
    private final Map<NodeId, Optional<Endpoint>> first = new ConcurrentHashMap<>();

    @Override
    public Optional<Endpoint> resolveNode(NodeId node) {
      return first.computeIfAbsent(node, super::resolveNode);
    }
  }

  private static final class ManyThreads extends Faulty {
    @Override
    void tell(NodeId node) {
      listeners.forEach(listener -> Thread.ofVirtual().start(() -> listener.accept(node)));
    }
  }

  private static final class OneThread extends Faulty {
    @Override
    void tell(NodeId node) {
      Thread.ofVirtual().start(() -> tellInTurn(node));
    }

    private synchronized void tellInTurn(NodeId node) {
      try {
        super.tell(node);
      } catch (IllegalStateException e) {
        listeners.clear();
      }
    }
  }
}
