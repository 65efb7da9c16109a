package dev.orbit.examples.etcd;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.PutOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node in etcd for as long as it lives: under a lease of etcd's that is renewed three times
 * within its time to live. A node that vanishes is forgotten when that has passed; one that was
 * forgotten because it could not reach etcd registers again by itself. Thread-safe.
 */
public final class EtcdRegistration implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EtcdRegistration.class);

  private final Environment environment;
  private final Client client;
  private final String key;
  private final Endpoint endpoint;
  private final Duration timeToLive;
  private final Cancellable timer;
  private long lease;
  private volatile boolean renewing;
  private boolean closed;

  /**
   * Registers; returns when etcd has it.
   *
   * @param timeToLive at least 2 s, in whole seconds
   * @throws IllegalStateException if etcd does not answer
   */
  public EtcdRegistration(
      Environment environment,
      Client client,
      String prefix,
      NodeId node,
      Endpoint endpoint,
      Duration timeToLive) {
    this.environment = environment;
    this.client = client;
    this.key = EtcdNodeResolver.key(prefix, node);
    this.endpoint = endpoint;
    this.timeToLive = timeToLive;
    register();
    this.timer = environment.scheduleRepeatedly(timeToLive.dividedBy(3), this::tick);
  }

  // region: register
  private synchronized void register() {
    lease = EtcdNodeResolver.await(client.getLeaseClient().grant(timeToLive.toSeconds())).getID();
    var _ =
        EtcdNodeResolver.await(
            client
                .getKVClient()
                .put(
                    EtcdNodeResolver.bytes(key),
                    EtcdNodeResolver.bytes(endpoint.toString()),
                    PutOption.builder().withLeaseId(lease).build()));
  }

  private synchronized void renew() {
    if (closed) {
      return;
    }
    try {
      if (!isKnown()) {
        register();
      }
    } catch (IllegalStateException e) {
      log.warn("key={} was not renewed", key, e);
    } finally {
      renewing = false;
    }
  }

  private boolean isKnown() {
    try {
      return EtcdNodeResolver.await(client.getLeaseClient().keepAliveOnce(lease)).getTTL() > 0;
    } catch (IllegalStateException e) {
      // Forgotten, or out of reach: a second registration harms nothing where the first still is.
      log.warn("key={} lease={} is not renewed", key, lease, e);
      return false;
    }
  }

  // endregion

  /** Renewals wait for etcd, and the timer must not. */
  private void tick() {
    if (!renewing) {
      renewing = true;
      environment.virtualThreads().execute(this::renew);
    }
  }

  /** Ends the registration: the node is forgotten at once, if etcd can be reached. */
  @Override
  public void close() {
    timer.cancel();
    synchronized (this) {
      closed = true;
      try {
        var _ = EtcdNodeResolver.await(client.getLeaseClient().revoke(lease));
      } catch (IllegalStateException e) {
        log.warn("key={} was not taken away and will be forgotten after {}", key, timeToLive, e);
      }
    }
  }
}
