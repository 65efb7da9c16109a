package dev.orbit.examples.etcd;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeChangeListeners;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks nodes up in etcd. The key of a node is {@code PREFIX/CLUSTER/NAME}, its value {@code
 * HOST:PORT}; {@link EtcdRegistration} writes it.
 *
 * <p>Every question goes to etcd, which answers with what is agreed at that moment; so nothing here
 * can be stale, and when etcd is away the question fails and is asked again. Thread-safe.
 */
public final class EtcdNodeResolver implements NodeResolver, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EtcdNodeResolver.class);

  /** A connection attempt waits for the answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Client client;
  private final String prefix;
  private final NodeChangeListeners listeners;
  private final Watch.Watcher watcher;

  /**
   * A resolver that watches from now on.
   *
   * @param client stays the caller's, who closes it after this
   * @param prefix where nodes are kept, such as {@code /orbit/nodes}
   * @param threads runs listeners, as {@link dev.orbit.api.env.Environment#virtualThreads} does
   */
  public EtcdNodeResolver(Client client, String prefix, Executor threads) {
    this.client = client;
    this.prefix = prefix;
    this.listeners = new NodeChangeListeners(threads, log::warn);
    this.watcher =
        client
            .getWatchClient()
            .watch(
                bytes(prefix + "/"),
                WatchOption.builder().isPrefix(true).build(),
                Watch.listener(this::changed, failure -> log.warn("etcd watch failed", failure)));
  }

  // region: resolve
  @Override
  public Optional<Endpoint> resolveNode(NodeId node) {
    List<KeyValue> found = await(client.getKVClient().get(bytes(key(prefix, node)))).getKvs();
    return found.stream().findFirst().map(each -> Endpoint.parse(text(each.getValue())));
  }

  @Override
  public Cancellable onChange(Consumer<NodeId> listener) {
    return listeners.add(listener);
  }

  private void changed(WatchResponse response) {
    listeners.tell(
        response.getEvents().stream()
            .map(WatchEvent::getKeyValue)
            .flatMap(each -> node(text(each.getKey())).stream())
            .toList());
  }

  // endregion

  /** The node of a key; empty for a key that is no node's. */
  private Optional<NodeId> node(String key) {
    String[] parts = key.substring(prefix.length() + 1).split("/", -1);
    return parts.length == 2 ? Optional.of(new NodeId(parts[1], parts[0])) : Optional.empty();
  }

  static String key(String prefix, NodeId node) {
    return prefix + "/" + node.namespace() + "/" + node.key();
  }

  static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  private static String text(ByteSequence bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IllegalStateException("etcd did not answer within " + PATIENCE, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "etcd refused: " + Objects.requireNonNullElse(e.getCause(), e).getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while etcd was asked", e);
    }
  }

  /** Stops watching. */
  @Override
  public void close() {
    watcher.close();
  }
}
