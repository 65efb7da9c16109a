package dev.orbit.transport;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.transport.limits.BreakerConfig;
import java.time.Duration;

/**
 * How a transport connects, waits and bounds itself. Every queue and table has its bound here; what
 * is full refuses.
 *
 * @param connectTimeout how long one attempt to connect may take, from asking the resolver to the
 *     peer's greeting; 10 ms to 5 min
 * @param requestTimeout how long {@link Transport#connectionInfo} waits, and what a request without
 *     a deadline of its own is given; 1 ms to 1 h
 * @param keepAliveInterval how long a connection may be silent before it is pinged; zero turns
 *     pings off, otherwise 10 s (less is taken for abuse by gRPC) to 1 h
 * @param keepAliveTimeout how long the answer to a ping may take before the connection counts as
 *     broken; 10 ms to 5 min
 * @param tcpKeepAlive how long a connection may be silent before the operating system probes it; 1
 *     s to 2 h, whole seconds
 * @param maxMessageBytes the largest message sent and taken, 1 KiB to 1 GiB
 * @param initialBackoff the pause after the first failed attempt to connect, 1 ms to 1 min
 * @param backoffMultiplier by how much the pause grows with each further failure, 1.0 to 10.0
 * @param backoffJitter by which part of itself each pause is varied at random, either way, 0.0 to
 *     0.9
 * @param maxBackoff the longest pause, {@code initialBackoff} to 1 h
 * @param maxQueuedMessages the most messages that wait to be written to one peer, 1 to 4,194,304
 * @param maxQueuedBytes the most bytes that wait to be written to one peer, at least {@code
 *     maxMessageBytes}, at most 64 GiB
 * @param maxInFlight the most requests of one end of a stream that are not answered, 1 to 4,194,304
 * @param adaptiveInFlight whether fewer calls than {@code maxInFlight} may be under way to a node
 *     that answers everything too late for its callers
 * @param batchMessages the most messages in one batch; 1 turns batching off, the most is 10,000
 * @param batchBytes the most bytes in one batch of several messages, 1 KiB to {@code
 *     maxMessageBytes}
 * @param batchLinger how long the oldest message to a node waits for others to leave with, unless
 *     the batch is full before, or {@link Transport#flush} is called; zero, which is the default,
 *     for not at all, otherwise 100 us to 10 s. Only calls wait, not answers and what nodes tell
 *     each other
 * @param flowControlWindow how many bytes a peer may send before this end has read them, 64 KiB to
 *     64 MiB
 * @param adaptiveWindow whether the window grows by itself with bandwidth and delay
 * @param unixSockets whether processes of one host and one user connect by Unix domain sockets,
 *     where the system has them; otherwise, and to everybody else, by TCP
 * @param eagerLoops whether an event loop whose last waits were short looks again, for up to 200
 *     us, before it sleeps: a call that is alone becomes faster, and most calls become slower where
 *     more threads want a processor than there are. A node that gets some thousand messages a
 *     second may keep a core busy with it. Only on Linux, by epoll, and neither on a single
 *     processor nor under a quota of processor time
 * @param maxConnections how many connections to one node there may be, 1 to 64. Each actor has its
 *     own among them and each is made when it is first needed; the bounds on what is queued and
 *     under way count for each. With more than one, only calls to the same actor keep their order
 * @param idleTimeout after how long without a message a connection is given up until it is needed
 *     again; zero for never, otherwise 1 s to 7 d
 * @param warmConnections how many connections to each other member a node makes ahead of need and
 *     keeps; 0 for none, at most {@code maxConnections}
 * @param maxAge how old a connection may become before another takes its place, without losing a
 *     call; each is replaced up to a fifth sooner, at random; zero for never, otherwise 1 s to 30 d
 * @param sweepInterval how often it is looked for connections that are too old or whose node is
 *     elsewhere by now; 100 ms to 1 h
 * @param retryAttempts how often {@link Transport#connectionInfo} asks an endpoint in all before it
 *     fails, within {@code requestTimeout} and with the pauses given here; 1 to 10
 * @param maxSilence how long a node that has left a request unanswered until its deadline may say
 *     nothing at all, before that counts against it; zero turns the breaker off, otherwise 10 ms to
 *     5 min
 * @param breaker from when on requests of callers are refused to a node that is connected and says
 *     nothing, and how it is tried again. What nodes tell each other is never refused by it
 * @param compression whether and how frames are compressed for ends that take it
 * @param bulk how payloads travel that are too large to stand before others
 */
public record TransportConfig(
    Duration connectTimeout,
    Duration requestTimeout,
    Duration keepAliveInterval,
    Duration keepAliveTimeout,
    Duration tcpKeepAlive,
    int maxMessageBytes,
    Duration initialBackoff,
    double backoffMultiplier,
    double backoffJitter,
    Duration maxBackoff,
    int maxQueuedMessages,
    long maxQueuedBytes,
    int maxInFlight,
    boolean adaptiveInFlight,
    int batchMessages,
    int batchBytes,
    Duration batchLinger,
    int flowControlWindow,
    boolean adaptiveWindow,
    boolean unixSockets,
    boolean eagerLoops,
    int maxConnections,
    Duration idleTimeout,
    int warmConnections,
    Duration maxAge,
    Duration sweepInterval,
    int retryAttempts,
    Duration maxSilence,
    BreakerConfig breaker,
    CompressionConfig compression,
    BulkConfig bulk) {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;
  private static final long GIB = 1024L * MIB;

  /** Beyond it another node is the better choice. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Long enough for any call between people's clicks, short enough that nobody thinks it hangs. */
  public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(30);

  /** Pings are only for idle connections, so that seldom is enough. */
  public static final Duration DEFAULT_KEEP_ALIVE_INTERVAL = Duration.ofSeconds(30);

  /** Survives a long garbage collection at the other end. */
  public static final Duration DEFAULT_KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(10);

  /** Keeps entries of firewalls and address translators alive. */
  public static final Duration DEFAULT_TCP_KEEP_ALIVE = Duration.ofSeconds(10);

  /** Far above any call, far below what would fill a heap. */
  public static final int DEFAULT_MAX_MESSAGE_BYTES = 16 * MIB;

  /** A restarted process is back in less than a second or so. */
  public static final Duration DEFAULT_INITIAL_BACKOFF = Duration.ofMillis(100);

  /** Doubling reaches the longest pause after six failures. */
  public static final double DEFAULT_BACKOFF_MULTIPLIER = 2.0;

  /** Spreads the nodes of a cluster that all lost the same peer. */
  public static final double DEFAULT_BACKOFF_JITTER = 0.2;

  /** A node that comes back is found within this time. */
  public static final Duration DEFAULT_MAX_BACKOFF = Duration.ofSeconds(5);

  /** Some milliseconds of traffic at full speed; more would be delay, not throughput. */
  public static final int DEFAULT_MAX_QUEUED_MESSAGES = 16_384;

  /** Four messages of the largest size. */
  public static final long DEFAULT_MAX_QUEUED_BYTES = 64L * MIB;

  /** Not more than the other end can queue as answers ({@link #DEFAULT_MAX_QUEUED_MESSAGES}). */
  public static final int DEFAULT_MAX_IN_FLIGHT = 16_384;

  /** Most of what batching saves is saved by sixteen. */
  public static final int DEFAULT_BATCH_MESSAGES = 128;

  /** A batch is written whole: a larger one would delay what comes behind it. */
  public static final int DEFAULT_BATCH_BYTES = 256 * KIB;

  /** What gRPC itself takes; it grows from there when it is adaptive. */
  public static final int DEFAULT_FLOW_CONTROL_WINDOW = MIB;

  /** On few cores one connection is as fast as four. */
  public static final int DEFAULT_MAX_CONNECTIONS = 1;

  /** Far longer than any pause between people's clicks; a connection costs some 100 KiB. */
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofMinutes(30);

  /** The first call to a node waits for its connection, some milliseconds. */
  public static final int DEFAULT_WARM_CONNECTIONS = 0;

  /** Nothing within a data centre ends connections for their age. */
  public static final Duration DEFAULT_MAX_AGE = Duration.ZERO;

  /** Soon enough for what changes over hours. */
  public static final Duration DEFAULT_SWEEP_INTERVAL = Duration.ofSeconds(30);

  /** Survives a restart of the node that is asked. */
  public static final int DEFAULT_RETRY_ATTEMPTS = 3;

  /** Longer than most garbage collections. */
  public static final Duration DEFAULT_MAX_SILENCE = Duration.ofSeconds(1);

  /** Ten requests without a sign of life; then two seconds of rest. */
  public static final BreakerConfig DEFAULT_BREAKER =
      new BreakerConfig(20, 0.5, Duration.ofSeconds(2), 3);

  /** The defaults. */
  public static final TransportConfig DEFAULT = builder().build();

  public TransportConfig {
    Duration hour = Duration.ofHours(1);
    within("connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(5));
    within("requestTimeout", requestTimeout, Duration.ofMillis(1), hour);
    if (!keepAliveInterval.isZero()) {
      within("keepAliveInterval", keepAliveInterval, Duration.ofSeconds(10), hour);
    }
    within("keepAliveTimeout", keepAliveTimeout, Duration.ofMillis(10), Duration.ofMinutes(5));
    within("tcpKeepAlive", tcpKeepAlive, Duration.ofSeconds(1), Duration.ofHours(2));
    within("maxMessageBytes", maxMessageBytes, KIB, GIB);
    within("initialBackoff", initialBackoff, Duration.ofMillis(1), Duration.ofMinutes(1));
    within("backoffMultiplier", backoffMultiplier, 1.0, 10.0);
    within("backoffJitter", backoffJitter, 0.0, 0.9);
    within("maxBackoff", maxBackoff, initialBackoff, hour);
    within("maxQueuedMessages", maxQueuedMessages, 1, 4_194_304);
    within("maxQueuedBytes", maxQueuedBytes, maxMessageBytes, 64 * GIB);
    within("maxInFlight", maxInFlight, 1, 4_194_304);
    within("batchMessages", batchMessages, 1, 10_000);
    within("batchBytes", batchBytes, KIB, maxMessageBytes);
    if (!batchLinger.isZero()) {
      within("batchLinger", batchLinger, Duration.ofNanos(100_000), Duration.ofSeconds(10));
    }
    within("flowControlWindow", flowControlWindow, 64 * KIB, 64 * MIB);
    within("maxConnections", maxConnections, 1, 64);
    if (!idleTimeout.isZero()) {
      within("idleTimeout", idleTimeout, Duration.ofSeconds(1), Duration.ofDays(7));
    }
    within("warmConnections", warmConnections, 0, maxConnections);
    if (!maxAge.isZero()) {
      within("maxAge", maxAge, Duration.ofSeconds(1), Duration.ofDays(30));
    }
    within("sweepInterval", sweepInterval, Duration.ofMillis(100), hour);
    within("retryAttempts", retryAttempts, 1, 10);
    if (!maxSilence.isZero()) {
      within("maxSilence", maxSilence, Duration.ofMillis(10), Duration.ofMinutes(5));
    }
  }

  private static <T extends Comparable<T>> void within(String key, T value, T least, T most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "transport %s=%s; allowed are %s to %s".formatted(key, value, least, most));
    }
  }

  private static void within(String key, long value, long least, long most) {
    within(key, (Long) value, (Long) least, (Long) most);
  }

  /** A builder that begins with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that begins with another config, as that of a {@link TransportPreset}. */
  public static Builder builder(TransportConfig from) {
    return new Builder()
        .connectTimeout(from.connectTimeout)
        .requestTimeout(from.requestTimeout)
        .keepAliveInterval(from.keepAliveInterval)
        .keepAliveTimeout(from.keepAliveTimeout)
        .tcpKeepAlive(from.tcpKeepAlive)
        .maxMessageBytes(from.maxMessageBytes)
        .initialBackoff(from.initialBackoff)
        .backoffMultiplier(from.backoffMultiplier)
        .backoffJitter(from.backoffJitter)
        .maxBackoff(from.maxBackoff)
        .maxQueuedMessages(from.maxQueuedMessages)
        .maxQueuedBytes(from.maxQueuedBytes)
        .maxInFlight(from.maxInFlight)
        .adaptiveInFlight(from.adaptiveInFlight)
        .batchMessages(from.batchMessages)
        .batchBytes(from.batchBytes)
        .batchLinger(from.batchLinger)
        .flowControlWindow(from.flowControlWindow)
        .adaptiveWindow(from.adaptiveWindow)
        .unixSockets(from.unixSockets)
        .eagerLoops(from.eagerLoops)
        .maxConnections(from.maxConnections)
        .idleTimeout(from.idleTimeout)
        .warmConnections(from.warmConnections)
        .maxAge(from.maxAge)
        .sweepInterval(from.sweepInterval)
        .retryAttempts(from.retryAttempts)
        .maxSilence(from.maxSilence)
        .breaker(from.breaker)
        .compression(from.compression)
        .bulk(from.bulk);
  }

  /** Sets the fields one by one; {@link #build} checks them. Not thread-safe. */
  public static final class Builder {
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
    private Duration keepAliveInterval = DEFAULT_KEEP_ALIVE_INTERVAL;
    private Duration keepAliveTimeout = DEFAULT_KEEP_ALIVE_TIMEOUT;
    private Duration tcpKeepAlive = DEFAULT_TCP_KEEP_ALIVE;
    private int maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES;
    private Duration initialBackoff = DEFAULT_INITIAL_BACKOFF;
    private double backoffMultiplier = DEFAULT_BACKOFF_MULTIPLIER;
    private double backoffJitter = DEFAULT_BACKOFF_JITTER;
    private Duration maxBackoff = DEFAULT_MAX_BACKOFF;
    private int maxQueuedMessages = DEFAULT_MAX_QUEUED_MESSAGES;
    private long maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES;
    private int maxInFlight = DEFAULT_MAX_IN_FLIGHT;
    private boolean adaptiveInFlight;
    private int batchMessages = DEFAULT_BATCH_MESSAGES;
    private int batchBytes = DEFAULT_BATCH_BYTES;
    private Duration batchLinger = Duration.ZERO;
    private int flowControlWindow = DEFAULT_FLOW_CONTROL_WINDOW;
    private boolean adaptiveWindow = true;
    private boolean unixSockets = true;
    private boolean eagerLoops = true;
    private int maxConnections = DEFAULT_MAX_CONNECTIONS;
    private Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;
    private int warmConnections = DEFAULT_WARM_CONNECTIONS;
    private Duration maxAge = DEFAULT_MAX_AGE;
    private Duration sweepInterval = DEFAULT_SWEEP_INTERVAL;
    private int retryAttempts = DEFAULT_RETRY_ATTEMPTS;
    private Duration maxSilence = DEFAULT_MAX_SILENCE;
    private BreakerConfig breaker = DEFAULT_BREAKER;
    private CompressionConfig compression = CompressionConfig.OFF;
    private BulkConfig bulk = BulkConfig.DEFAULT;

    private Builder() {}

    /** See {@link TransportConfig#connectTimeout}. */
    public Builder connectTimeout(Duration value) {
      this.connectTimeout = value;
      return this;
    }

    /** See {@link TransportConfig#requestTimeout}. */
    public Builder requestTimeout(Duration value) {
      this.requestTimeout = value;
      return this;
    }

    /** See {@link TransportConfig#keepAliveInterval}. */
    public Builder keepAliveInterval(Duration value) {
      this.keepAliveInterval = value;
      return this;
    }

    /** See {@link TransportConfig#keepAliveTimeout}. */
    public Builder keepAliveTimeout(Duration value) {
      this.keepAliveTimeout = value;
      return this;
    }

    /** See {@link TransportConfig#tcpKeepAlive}. */
    public Builder tcpKeepAlive(Duration value) {
      this.tcpKeepAlive = value;
      return this;
    }

    /** See {@link TransportConfig#maxMessageBytes}. */
    public Builder maxMessageBytes(int value) {
      this.maxMessageBytes = value;
      return this;
    }

    /** See {@link TransportConfig#initialBackoff}. */
    public Builder initialBackoff(Duration value) {
      this.initialBackoff = value;
      return this;
    }

    /** See {@link TransportConfig#backoffMultiplier}. */
    public Builder backoffMultiplier(double value) {
      this.backoffMultiplier = value;
      return this;
    }

    /** See {@link TransportConfig#backoffJitter}. */
    public Builder backoffJitter(double value) {
      this.backoffJitter = value;
      return this;
    }

    /** See {@link TransportConfig#maxBackoff}. */
    public Builder maxBackoff(Duration value) {
      this.maxBackoff = value;
      return this;
    }

    /** See {@link TransportConfig#maxQueuedMessages}. */
    public Builder maxQueuedMessages(int value) {
      this.maxQueuedMessages = value;
      return this;
    }

    /** See {@link TransportConfig#maxQueuedBytes}. */
    public Builder maxQueuedBytes(long value) {
      this.maxQueuedBytes = value;
      return this;
    }

    /** See {@link TransportConfig#maxInFlight}. */
    public Builder maxInFlight(int value) {
      this.maxInFlight = value;
      return this;
    }

    /** See {@link TransportConfig#adaptiveInFlight}. */
    public Builder adaptiveInFlight(boolean value) {
      this.adaptiveInFlight = value;
      return this;
    }

    /** See {@link TransportConfig#batchMessages}. */
    public Builder batchMessages(int value) {
      this.batchMessages = value;
      return this;
    }

    /** See {@link TransportConfig#batchBytes}. */
    public Builder batchBytes(int value) {
      this.batchBytes = value;
      return this;
    }

    /** See {@link TransportConfig#batchLinger}. */
    public Builder batchLinger(Duration value) {
      this.batchLinger = value;
      return this;
    }

    /** When batches leave, by a preset. */
    public Builder batching(BatchPreset preset) {
      return batchMessages(preset.messages())
          .batchBytes(preset.bytes())
          .batchLinger(preset.linger());
    }

    /** See {@link TransportConfig#flowControlWindow}. */
    public Builder flowControlWindow(int value) {
      this.flowControlWindow = value;
      return this;
    }

    /** See {@link TransportConfig#adaptiveWindow}. */
    public Builder adaptiveWindow(boolean value) {
      this.adaptiveWindow = value;
      return this;
    }

    /** See {@link TransportConfig#unixSockets}. */
    public Builder unixSockets(boolean value) {
      this.unixSockets = value;
      return this;
    }

    /** See {@link TransportConfig#eagerLoops}. */
    public Builder eagerLoops(boolean value) {
      this.eagerLoops = value;
      return this;
    }

    /** See {@link TransportConfig#maxConnections}. */
    public Builder maxConnections(int value) {
      this.maxConnections = value;
      return this;
    }

    /** See {@link TransportConfig#idleTimeout}. */
    public Builder idleTimeout(Duration value) {
      this.idleTimeout = value;
      return this;
    }

    /** See {@link TransportConfig#warmConnections}. */
    public Builder warmConnections(int value) {
      this.warmConnections = value;
      return this;
    }

    /** See {@link TransportConfig#maxAge}. */
    public Builder maxAge(Duration value) {
      this.maxAge = value;
      return this;
    }

    /** See {@link TransportConfig#sweepInterval}. */
    public Builder sweepInterval(Duration value) {
      this.sweepInterval = value;
      return this;
    }

    /** See {@link TransportConfig#retryAttempts}. */
    public Builder retryAttempts(int value) {
      this.retryAttempts = value;
      return this;
    }

    /** See {@link TransportConfig#maxSilence}. */
    public Builder maxSilence(Duration value) {
      this.maxSilence = value;
      return this;
    }

    /** See {@link TransportConfig#breaker}. */
    public Builder breaker(BreakerConfig value) {
      this.breaker = value;
      return this;
    }

    /** See {@link TransportConfig#compression}. */
    public Builder compression(CompressionConfig value) {
      this.compression = value;
      return this;
    }

    /** See {@link TransportConfig#bulk}. */
    public Builder bulk(BulkConfig value) {
      this.bulk = value;
      return this;
    }

    /** What {@link #bulk(BulkConfig)} was told last. */
    public BulkConfig bulk() {
      return bulk;
    }

    /** What {@link #breaker(BreakerConfig)} was told last. */
    public BreakerConfig breaker() {
      return breaker;
    }

    /**
     * The config.
     *
     * @throws ConfigurationException with {@code BAD_CONFIGURATION} naming the first field that is
     *     out of its range
     */
    public TransportConfig build() {
      return new TransportConfig(
          connectTimeout,
          requestTimeout,
          keepAliveInterval,
          keepAliveTimeout,
          tcpKeepAlive,
          maxMessageBytes,
          initialBackoff,
          backoffMultiplier,
          backoffJitter,
          maxBackoff,
          maxQueuedMessages,
          maxQueuedBytes,
          maxInFlight,
          adaptiveInFlight,
          batchMessages,
          batchBytes,
          batchLinger,
          flowControlWindow,
          adaptiveWindow,
          unixSockets,
          eagerLoops,
          maxConnections,
          idleTimeout,
          warmConnections,
          maxAge,
          sweepInterval,
          retryAttempts,
          maxSilence,
          breaker,
          compression,
          bulk);
    }
  }
}
