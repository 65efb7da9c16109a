package dev.orbit.transport.resolver;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeChangeListeners;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes as a file lists them, {@code name=host:port} one a line, in UTF-8. What follows a {@code #}
 * is a comment, empty lines mean nothing, an IPv6 address stands in brackets.
 *
 * <p>The file is watched: it is read at a fixed interval, and other contents count once they were
 * read the same twice, {@link #SETTLE_TIME} apart, so that a file that is just being written does
 * not count half. Replacing it by a rename is best all the same, because only then can no reader
 * see a part of it. Contents that cannot be read, or a file that is gone, change nothing: what was
 * known stays known, and the log has one warning that names the line. Contents are compared, not
 * times, so that files on any file system and links that are switched over are seen.
 *
 * <p>Thread-safe. {@link #resolveNode} does not block.
 */
public final class FileNodeResolver implements NodeResolver, AutoCloseable {
  /** How often a file is read unless said otherwise: a change counts within seconds. */
  public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(2);

  /** The shortest interval at which a file can be read. */
  public static final Duration MIN_POLL_INTERVAL = Duration.ofMillis(10);

  /** The longest interval at which a file can be read. */
  public static final Duration MAX_POLL_INTERVAL = Duration.ofHours(1);

  /** How long other contents must stay the same before they count. */
  public static final Duration SETTLE_TIME = Duration.ofMillis(100);

  /** The largest file, in bytes: {@value #MAX_NODES} lines of a hundred. */
  public static final int MAX_BYTES = 1 << 20;

  /** The most nodes of a file. */
  public static final int MAX_NODES = NodeList.MAX_NODES;

  private static final Logger log = LoggerFactory.getLogger(FileNodeResolver.class);

  private final Environment environment;
  private final String cluster;
  private final Path file;
  private final NodeChangeListeners listeners;
  private final AtomicBoolean reading = new AtomicBoolean();
  private final Cancellable polling;
  private volatile Map<NodeId, Endpoint> nodes;
  private volatile boolean closed;

  // Of the one thread that set `reading`.
  private byte[] judged;
  private String verdict = "";
  private byte @Nullable [] unsettled;
  private String reported = "";

  /**
   * Reads the file, blocking, and watches it from then on.
   *
   * @param cluster the cluster that the nodes belong to
   * @param pollInterval how often it is read, {@link #MIN_POLL_INTERVAL} to {@link
   *     #MAX_POLL_INTERVAL}
   * @throws ConfigurationException with {@code BAD_CONFIGURATION}, the file and the line if the
   *     file is missing, larger than {@value #MAX_BYTES} bytes, names more than {@value #MAX_NODES}
   *     nodes or one of them twice, or has a line of another form
   * @throws IllegalArgumentException if the interval is out of its range
   */
  public FileNodeResolver(
      Environment environment, String cluster, Path file, Duration pollInterval) {
    if (pollInterval.compareTo(MIN_POLL_INTERVAL) < 0
        || pollInterval.compareTo(MAX_POLL_INTERVAL) > 0) {
      throw new IllegalArgumentException(
          "pollInterval is %s; allowed are %s to %s"
              .formatted(pollInterval, MIN_POLL_INTERVAL, MAX_POLL_INTERVAL));
    }
    this.environment = environment;
    this.cluster = cluster;
    this.file = file;
    this.listeners = new NodeChangeListeners(environment.virtualThreads(), log::warn);
    try {
      judged = read();
      nodes = parse(judged);
    } catch (IOException e) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION, "the file of nodes %s %s".formatted(file, unreadable(e)), e);
    } catch (NodeList.BadEntryException e) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "the file of nodes %s, %s".formatted(file, e.getMessage()),
          e);
    }
    polling = environment.scheduleRepeatedly(pollInterval, this::poll);
  }

  /** The nodes that are known at present. */
  public Map<NodeId, Endpoint> nodes() {
    return nodes;
  }

  @Override
  public Optional<Endpoint> resolveNode(NodeId node) {
    return Optional.ofNullable(nodes.get(node));
  }

  @Override
  public Cancellable onChange(Consumer<NodeId> listener) {
    return listeners.add(listener);
  }

  /** One reading at a time, however long the file system takes. */
  private void poll() {
    if (!closed && reading.compareAndSet(false, true)) {
      environment.virtualThreads().execute(this::pollOnce);
    }
  }

  private void pollOnce() {
    try {
      compare();
    } finally {
      reading.set(false);
    }
  }

  private void compare() {
    byte[] content;
    try {
      content = read();
    } catch (IOException e) {
      unsettled = null;
      report(unreadable(e));
      return;
    }
    if (Arrays.equals(content, judged)) {
      unsettled = null;
      report(verdict);
    } else if (!Arrays.equals(content, unsettled)) {
      unsettled = content;
      environment.schedule(SETTLE_TIME, this::poll);
    } else {
      unsettled = null;
      judge(content);
      report(verdict);
    }
  }

  private void judge(byte[] content) {
    judged = content;
    try {
      Map<NodeId, Endpoint> before = nodes;
      Map<NodeId, Endpoint> after = parse(content);
      verdict = "";
      nodes = after;
      Set<NodeId> changed = NodeList.changes(before, after);
      log.debug("resolver=file file={} nodes={} changed={}", file, after.size(), changed.size());
      listeners.tell(changed);
    } catch (NodeList.BadEntryException e) {
      verdict = String.valueOf(e.getMessage());
    }
  }

  /** Each problem once, and once that it is over. */
  private void report(String problem) {
    if (problem.equals(reported)) {
      return;
    }
    reported = problem;
    if (problem.isEmpty()) {
      log.info("resolver=file file={} nodes={} the file is good again", file, nodes.size());
    } else {
      log.warn(
          "resolver=file file={} kept={} what was known last stays: {}",
          file,
          nodes.size(),
          problem);
    }
  }

  private static String unreadable(IOException e) {
    return "cannot be read (%s)".formatted(e);
  }

  private byte[] read() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_BYTES + 1);
    }
  }

  private Map<NodeId, Endpoint> parse(byte[] content) throws NodeList.BadEntryException {
    if (content.length > MAX_BYTES) {
      throw new NodeList.BadEntryException(
          "the file is larger than %d bytes".formatted(MAX_BYTES), null);
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new NodeList.BadEntryException("the file is not in UTF-8", e);
    }
    NodeList list = new NodeList(cluster);
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      int comment = line.indexOf('#');
      String entry = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (!entry.isEmpty()) {
        list.add("line " + number, entry);
      }
    }
    return list.nodes();
  }

  /** Watches no longer; what is known stays known. Idempotent. */
  @Override
  public void close() {
    closed = true;
    polling.cancel();
  }

  @Override
  public String toString() {
    return "FileNodeResolver[%s, %d nodes]".formatted(file, nodes.size());
  }
}
