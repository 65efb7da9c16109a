package dev.orbit.raft;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks where voters are, again and again and whenever a resolver says so. Thread-safe. */
final class VoterAddresses implements Cancellable {
  private static final Logger log = LoggerFactory.getLogger(VoterAddresses.class);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

  private final Environment environment;
  private final RaftConfig config;
  private final NodeResolver resolver;
  private final BiConsumer<String, Endpoint> moved;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile boolean cancelled;

  private VoterAddresses(
      Environment environment,
      RaftConfig config,
      NodeResolver resolver,
      BiConsumer<String, Endpoint> moved) {
    this.environment = environment;
    this.config = config;
    this.resolver = resolver;
    this.moved = moved;
  }

  /** Begins; {@code moved} hears of every answer, also of one that it heard before. */
  static Cancellable follow(
      Environment environment,
      RaftConfig config,
      NodeResolver resolver,
      BiConsumer<String, Endpoint> moved) {
    VoterAddresses addresses = new VoterAddresses(environment, config, resolver, moved);
    Cancellable changes = resolver.onChange(node -> addresses.later(node));
    Cancellable timer = environment.scheduleRepeatedly(ASK_AGAIN, addresses::askAll);
    addresses.askAll();
    return () -> {
      changes.cancel();
      timer.cancel();
      addresses.cancel();
    };
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  /** Not while an earlier round still waits for a slow resolver. */
  private void askAll() {
    if (asking.compareAndSet(false, true)) {
      environment
          .virtualThreads()
          .execute(
              () -> {
                try {
                  config.voters().keySet().forEach(voter -> ask(node(voter)));
                } finally {
                  asking.set(false);
                }
              });
    }
  }

  private NodeId node(String voter) {
    return new NodeId(voter, config.cluster());
  }

  private void later(NodeId node) {
    if (node.namespace().equals(config.cluster()) && config.voters().containsKey(node.key())) {
      environment.virtualThreads().execute(() -> ask(node));
    }
  }

  private void ask(NodeId node) {
    try {
      Optional<Endpoint> answer = resolver.resolveNode(node);
      if (answer.isPresent() && !cancelled) {
        moved.accept(node.key(), answer.get());
      }
    } catch (RuntimeException e) {
      log.warn("voter={} not resolved, its last known place stays: {}", node.key(), e.toString());
    }
  }
}
