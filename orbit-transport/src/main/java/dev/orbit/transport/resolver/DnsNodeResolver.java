package dev.orbit.transport.resolver;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeChangeListeners;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.transport.resolver.DnsLookup.RecordType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.naming.NamingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds nodes in the DNS, as the members of a headless service.
 *
 * <p>A node is the host {@code <name>.<service>}. Its address is the first of the host's A records,
 * in numeric order, or else the first of its AAAA records, so that a node should have one address.
 * Its port is that of the service's SRV record, {@code _orbit._tcp.<service>}, that points at the
 * host, or a fixed one. This is what a StatefulSet with a headless service has in Kubernetes, and
 * what any zone can have. Capital letters make no difference to the DNS: names of nodes should
 * differ in more.
 *
 * <p>Answers are cached; so is, for a shorter time, that a node is not there. When no server
 * answers, the last answers do for {@link DnsResolverConfig#staleFor}. At most {@value #MAX_NODES}
 * nodes are remembered; of more, those that were not asked for longest are forgotten.
 *
 * <p>Changes are looked for every {@link DnsResolverConfig#cacheFor} while anybody listens, by the
 * service's SRV records and its own addresses; only when these are others, or there are none, is
 * each node that was asked for looked up again. So two nodes that swap their addresses go unnoticed
 * until they are asked for. Nodes that were never asked for are told of as their SRV records spell
 * them, and not at all with a fixed port.
 *
 * <p>Needs the module {@code jdk.naming.dns} of the JDK. Thread-safe. {@link #resolveNode} blocks,
 * for at most three lookups; a lookup takes at most, for each server, {@link
 * DnsResolverConfig#timeout} times (2 to the power of {@link DnsResolverConfig#attempts} - 1).
 */
public final class DnsNodeResolver implements NodeResolver, AutoCloseable {
  /** The most nodes that are remembered. */
  public static final int MAX_NODES = NodeList.MAX_NODES;

  private static final Logger log = LoggerFactory.getLogger(DnsNodeResolver.class);

  /** An outage is worth one line a minute, however many nodes are asked for. */
  private static final Duration WARN_EVERY = Duration.ofMinutes(1);

  /** How many nodes are looked up in vain before a pass over all of them ends. */
  private static final int MAX_FAILURES = 3;

  private static final long NEVER = Long.MIN_VALUE;

  private final Environment environment;
  private final DnsResolverConfig config;
  private final DnsLookup lookup;
  private final NodeChangeListeners listeners;
  private final AtomicLong warnedAt = new AtomicLong(NEVER);
  private final CachedAnswer<Map<String, Integer>> ports;
  private final Cancellable looking;
  private final AtomicBoolean refreshing = new AtomicBoolean();
  private volatile boolean closed;

  /** By node, the one asked for last at the end. */
  private final Map<NodeId, Asked> asked =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Asked> eldest) {
          return size() > MAX_NODES;
        }
      };

  // Of the one thread that set `refreshing`.
  private Set<String> service = Set.of();

  /** A resolver that has asked nothing yet. */
  public DnsNodeResolver(Environment environment, DnsResolverConfig config) {
    this(
        environment,
        config,
        new JndiDnsLookup(config.servers(), config.timeout(), config.attempts()));
  }

  DnsNodeResolver(Environment environment, DnsResolverConfig config, DnsLookup lookup) {
    this.environment = environment;
    this.config = config;
    this.lookup = lookup;
    this.listeners = new NodeChangeListeners(environment.virtualThreads(), log::warn);
    String srv = config.srv() + "." + config.service();
    this.ports =
        new CachedAnswer<>(environment, config, () -> DnsRecords.ports(find(srv, RecordType.SRV)));
    this.looking = environment.scheduleRepeatedly(config.cacheFor(), this::look);
  }

  /**
   * {@inheritDoc}
   *
   * @throws NotExecutedException with {@code NODE_UNAVAILABLE} if no server answers, and the last
   *     answer is too old
   */
  @Override
  public Optional<Endpoint> resolveNode(NodeId node) {
    Optional<Asked> about = about(node);
    try {
      return about.isEmpty() ? Optional.empty() : answer(about.get(), false);
    } catch (NamingException e) {
      throw new NotExecutedException(
          ErrorCode.NODE_UNAVAILABLE,
          "node %s cannot be looked up in service %s: the DNS (%s) does not answer: %s"
              .formatted(node, config.service(), lookup, e),
          e);
    }
  }

  @Override
  public Cancellable onChange(Consumer<NodeId> listener) {
    return listeners.add(listener);
  }

  /** What is remembered of a node; empty for one that the DNS cannot have. */
  private Optional<Asked> about(NodeId node) {
    if (!node.namespace().equals(config.cluster())) {
      return Optional.empty();
    }
    Optional<String> host = DnsNames.host(node.key(), config.service());
    if (host.isEmpty()) {
      return Optional.empty();
    }
    synchronized (asked) {
      return Optional.of(asked.computeIfAbsent(node, key -> new Asked(key, host.get())));
    }
  }

  private Optional<Endpoint> answer(Asked about, boolean anew) throws NamingException {
    OptionalInt port = port(about.host);
    Optional<Endpoint> answer = Optional.empty();
    if (port.isPresent()) {
      List<String> addresses =
          anew
              ? about.addresses.refresh(list -> !list.isEmpty())
              : about.addresses.get(list -> !list.isEmpty());
      answer = addresses.stream().findFirst().map(host -> new Endpoint(host, port.getAsInt()));
    }
    if (about.isNews(answer)) {
      listeners.tell(List.of(about.node));
    }
    return answer;
  }

  private OptionalInt port(String host) throws NamingException {
    if (config.port().isPresent()) {
      return config.port();
    }
    Integer port = ports.get(known -> known.containsKey(host)).get(host);
    return port == null ? OptionalInt.empty() : OptionalInt.of(port);
  }

  private List<String> addresses(String host) throws NamingException {
    List<String> found = find(host, RecordType.A);
    if (found.isEmpty()) {
      found = find(host, RecordType.AAAA);
    }
    return DnsRecords.addresses(found);
  }

  private List<String> find(String name, RecordType type) throws NamingException {
    try {
      return lookup.find(name, type);
    } catch (NamingException e) {
      long now = environment.nanoTime();
      long last = warnedAt.get();
      if ((last == NEVER || now - last >= WARN_EVERY.toNanos())
          && warnedAt.compareAndSet(last, now)) {
        log.warn(
            "resolver=dns name={} type={} servers={} no answer: {}",
            name,
            type,
            lookup,
            e.toString());
      }
      throw e;
    }
  }

  private void look() {
    if (!closed && !listeners.isEmpty() && refreshing.compareAndSet(false, true)) {
      environment.virtualThreads().execute(this::lookOnce);
    }
  }

  private void lookOnce() {
    try {
      if (isServiceChanged() && !isEachLookedUp()) {
        service = Set.of();
      }
    } catch (NamingException e) {
      service = Set.of();
      log.debug("resolver=dns service={} cannot be looked at: {}", config.service(), e.toString());
    } finally {
      refreshing.set(false);
    }
  }

  private boolean isServiceChanged() throws NamingException {
    Set<String> now = new HashSet<>(addresses(config.service()));
    boolean telling = !now.isEmpty();
    if (config.port().isEmpty()) {
      Map<String, Integer> members = ports.refresh(known -> true);
      members.forEach((host, port) -> now.add(host + ":" + port));
      takeUp(members.keySet());
    }
    boolean changed = !now.equals(service);
    service = now;
    return changed || !telling;
  }

  /** Gives up when the servers seem to be gone, so that a pass does not take for ever. */
  private boolean isEachLookedUp() {
    int failures = 0;
    for (Asked about : remembered()) {
      try {
        answer(about, true);
      } catch (NamingException e) {
        failures++;
        log.debug("resolver=dns node={} cannot be looked at: {}", about.node, e.toString());
      }
      if (failures == MAX_FAILURES) {
        return false;
      }
    }
    return failures == 0;
  }

  /** Remembers members that nobody asked for yet, under the names that the DNS gives them. */
  private void takeUp(Set<String> members) {
    Set<String> unknown = new HashSet<>(members);
    remembered().forEach(about -> unknown.remove(about.host));
    String within = "." + config.service();
    for (String host : unknown) {
      int length = host.length() - within.length();
      if (host.endsWith(within) && length > 0 && length <= NodeId.MAX_LENGTH) {
        about(new NodeId(host.substring(0, length), config.cluster())).ifPresent(Asked::wasAbsent);
      }
    }
  }

  private List<Asked> remembered() {
    synchronized (asked) {
      return new ArrayList<>(asked.values());
    }
  }

  /** A node that somebody asked for, or that is a member of the service. */
  private final class Asked {
    private final NodeId node;
    private final String host;
    private final CachedAnswer<List<String>> addresses;
    private boolean answered;
    private Optional<Endpoint> last = Optional.empty();

    Asked(NodeId node, String host) {
      this.node = node;
      this.host = host;
      this.addresses = new CachedAnswer<>(environment, config, () -> addresses(host));
    }

    /** Makes it news that the node is there. */
    synchronized void wasAbsent() {
      answered = true;
    }

    /** Whether the answer differs from the last one. */
    synchronized boolean isNews(Optional<Endpoint> answer) {
      boolean news = answered && !last.equals(answer);
      answered = true;
      last = answer;
      return news;
    }
  }

  /** Looks for changes no longer; goes on answering. Idempotent. */
  @Override
  public void close() {
    closed = true;
    looking.cancel();
  }

  @Override
  public String toString() {
    return "DnsNodeResolver[%s at %s]".formatted(config.service(), lookup);
  }
}
