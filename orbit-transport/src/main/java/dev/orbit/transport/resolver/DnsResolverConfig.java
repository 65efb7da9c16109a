package dev.orbit.transport.resolver;

import dev.orbit.api.address.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a {@link DnsNodeResolver} asks.
 *
 * @param cluster the cluster that the nodes belong to
 * @param service the full name of the headless service, with at least one dot, as {@code
 *     orbit.default.svc.cluster.local}; the search list of the system is not applied. A dot at the
 *     end means nothing
 * @param srv what stands before the service in the name of its SRV records, {@link #DEFAULT_SRV} by
 *     default: an underscore and the name of the port, {@code ._tcp}
 * @param port the port of all nodes; empty, as by default, for that of the SRV record, which is
 *     then required
 * @param cacheFor for how long an answer is good, {@link #DEFAULT_CACHE_FOR} by default, and how
 *     often changes are looked for while anybody listens; 10 ms to 1 h. The JDK does not tell the
 *     time to live that the server gave
 * @param negativeCacheFor for how long a node that is not there, or a server that does not answer,
 *     is not asked for again; {@link #DEFAULT_NEGATIVE_CACHE_FOR} by default, 1 ms to {@code
 *     cacheFor}
 * @param staleFor for how long an answer is used while no server answers, from when it was given;
 *     {@link #DEFAULT_STALE_FOR} by default, zero to 1 d
 * @param servers the servers to ask in turn, at most {@value #MAX_SERVERS}, hosts as addresses;
 *     none, as by default, for those of the system
 * @param timeout how long the first attempt waits for each server; each further attempt waits twice
 *     as long. {@link #DEFAULT_TIMEOUT} by default, 10 ms to 30 s
 * @param attempts how often each server is asked, {@value #DEFAULT_ATTEMPTS} by default, 1 to 5
 */
public record DnsResolverConfig(
    String cluster,
    String service,
    String srv,
    OptionalInt port,
    Duration cacheFor,
    Duration negativeCacheFor,
    Duration staleFor,
    List<Endpoint> servers,
    Duration timeout,
    int attempts) {
  /** For a port that the service calls {@code orbit}. */
  public static final String DEFAULT_SRV = "_orbit._tcp";

  /** What cluster DNS servers commonly give the records of headless services. */
  public static final Duration DEFAULT_CACHE_FOR = Duration.ofSeconds(5);

  /** Short, because a node that is asked for is usually one that just starts. */
  public static final Duration DEFAULT_NEGATIVE_CACHE_FOR = Duration.ofSeconds(1);

  /** Long enough for the DNS to be restarted, shorter than addresses are commonly kept unused. */
  public static final Duration DEFAULT_STALE_FOR = Duration.ofMinutes(5);

  /** A server in the same network answers within milliseconds. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

  /** A lost datagram costs one attempt. */
  public static final int DEFAULT_ATTEMPTS = 2;

  /** The most servers. */
  public static final int MAX_SERVERS = 5;

  public DnsResolverConfig {
    servers = List.copyOf(servers);
    service = DnsNames.service(service);
    if (cluster.isEmpty()) {
      throw new IllegalArgumentException("cluster is empty; allowed is the name of the cluster");
    }
    if (!DnsNames.isName(srv + "." + service)) {
      throw new IllegalArgumentException(
          "srv is '%s'; allowed is what can stand before the service, as %s"
              .formatted(srv, DEFAULT_SRV));
    }
    if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > 65_535)) {
      throw new IllegalArgumentException(
          "port is %d; allowed are 1 to 65535".formatted(port.getAsInt()));
    }
    check("cacheFor", cacheFor, Duration.ofMillis(10), Duration.ofHours(1));
    check("negativeCacheFor", negativeCacheFor, Duration.ofMillis(1), cacheFor);
    check("staleFor", staleFor, Duration.ZERO, Duration.ofDays(1));
    check("timeout", timeout, Duration.ofMillis(10), Duration.ofSeconds(30));
    if (servers.size() > MAX_SERVERS) {
      throw new IllegalArgumentException(
          "%d servers; the most is %d".formatted(servers.size(), MAX_SERVERS));
    }
    if (attempts < 1 || attempts > 5) {
      throw new IllegalArgumentException("attempts is %d; allowed are 1 to 5".formatted(attempts));
    }
  }

  private static void check(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s is %s; allowed are %s to %s".formatted(key, value, least, most));
    }
  }

  /** Begins a config for the nodes of {@code cluster} in the headless {@code service}. */
  public static Builder builder(String cluster, String service) {
    return new Builder(cluster, service);
  }

  /** Collects what differs from the defaults; to be used by one thread. */
  public static final class Builder {
    private final String cluster;
    private final String service;
    private String srv = DEFAULT_SRV;
    private OptionalInt port = OptionalInt.empty();
    private Duration cacheFor = DEFAULT_CACHE_FOR;
    private Duration negativeCacheFor = DEFAULT_NEGATIVE_CACHE_FOR;
    private Duration staleFor = DEFAULT_STALE_FOR;
    private List<Endpoint> servers = List.of();
    private Duration timeout = DEFAULT_TIMEOUT;
    private int attempts = DEFAULT_ATTEMPTS;

    private Builder(String cluster, String service) {
      this.cluster = cluster;
      this.service = service;
    }

    /** See {@link DnsResolverConfig#srv}. */
    public Builder srv(String value) {
      srv = value;
      return this;
    }

    /** See {@link DnsResolverConfig#port}. */
    public Builder port(int value) {
      port = OptionalInt.of(value);
      return this;
    }

    /**
     * See {@link DnsResolverConfig#cacheFor} and {@link DnsResolverConfig#negativeCacheFor}.
     *
     * @param negative no longer than {@code positive}
     */
    public Builder cacheFor(Duration positive, Duration negative) {
      cacheFor = positive;
      negativeCacheFor = negative;
      return this;
    }

    /** See {@link DnsResolverConfig#staleFor}. */
    public Builder staleFor(Duration value) {
      staleFor = value;
      return this;
    }

    /** See {@link DnsResolverConfig#servers}. */
    public Builder servers(List<Endpoint> value) {
      servers = value;
      return this;
    }

    /** See {@link DnsResolverConfig#timeout}. */
    public Builder timeout(Duration value) {
      timeout = value;
      return this;
    }

    /** See {@link DnsResolverConfig#attempts}. */
    public Builder attempts(int value) {
      attempts = value;
      return this;
    }

    /**
     * The config.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public DnsResolverConfig build() {
      return new DnsResolverConfig(
          cluster,
          service,
          srv,
          port,
          cacheFor,
          negativeCacheFor,
          staleFor,
          servers,
          timeout,
          attempts);
    }
  }
}
