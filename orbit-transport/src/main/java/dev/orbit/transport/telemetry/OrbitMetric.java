package dev.orbit.transport.telemetry;

import java.util.List;

/** Every instrument, as the page on telemetry lists it. */
public enum OrbitMetric {
  /** At the caller: from the call to its outcome, repetitions included. */
  CLIENT_DURATION(
      "rpc.client.call.duration",
      Kind.HISTOGRAM,
      "s",
      "how long calls took for their callers",
      List.of("rpc.system.name", "rpc.method", "error.type")),
  /** At the host: the turn alone. */
  SERVER_DURATION(
      "rpc.server.call.duration",
      Kind.HISTOGRAM,
      "s",
      "how long turns ran",
      List.of("rpc.system.name", "rpc.method", "error.type")),
  /** From outside, where there are limits. */
  LIMITER_CALLS(
      "orbit.limiter.calls",
      Kind.COUNTER,
      "{call}",
      "calls of clients that limits let in or not",
      List.of("orbit.outcome")),
  /** By the access policy. */
  ACCESS_REFUSED(
      "orbit.access.refused",
      Kind.COUNTER,
      "{call}",
      "calls of clients that the access policy refused",
      List.of()),
  /** In memory. */
  ACTIVATIONS(
      "orbit.node.activations",
      Kind.GAUGE,
      "{activation}",
      "activations in memory",
      List.of("orbit.actor.type")),
  /** By the newest view. */
  MEMBERS("orbit.cluster.members", Kind.GAUGE, "{node}", "members of the newest view", List.of()),
  /** Grows with each change of the cluster. */
  VIEW("orbit.cluster.view", Kind.GAUGE, "{version}", "version of the newest view", List.of()),
  /** By the newest view. */
  PARTITIONS_OWNED(
      "orbit.partitions.owned", Kind.GAUGE, "{partition}", "partitions of this node", List.of()),
  /** Less than owned while partitions are handed over. */
  PARTITIONS_SERVED(
      "orbit.partitions.served",
      Kind.GAUGE,
      "{partition}",
      "partitions that this node serves by now",
      List.of()),
  /** 1 or 0. */
  LEASE_HELD(
      "orbit.lease.held", Kind.GAUGE, "{lease}", "whether this node holds its lease", List.of()),
  /** 1 or 0. */
  READY(
      "orbit.node.ready",
      Kind.GAUGE,
      "{node}",
      "whether this node serves all that the view gives it",
      List.of()),
  /** Members that left several health checks of this node unanswered. */
  SUSPECTS(
      "orbit.node.suspects",
      Kind.GAUGE,
      "{node}",
      "members that do not answer this node's health checks",
      List.of()),
  /** To members that this node cannot reach itself. */
  DETOURS(
      "orbit.node.detours",
      Kind.COUNTER,
      "{message}",
      "messages that went over another node than the one that they were for",
      List.of()),
  /** Of all peers, by what there is of them. */
  CONNECTIONS(
      "orbit.peer.connections",
      Kind.GAUGE,
      "{connection}",
      "connections to other nodes by their state",
      List.of("orbit.connection.state", "orbit.client")),
  /** By node; the sum of its connections. */
  PEER_REQUESTS(
      "orbit.peer.requests",
      Kind.COUNTER,
      "{request}",
      "requests to each node that were answered, or ended without an answer",
      List.of("orbit.peer", "orbit.outcome", "orbit.client")),
  /** By node. */
  PEER_ACTIVE(
      "orbit.peer.active",
      Kind.GAUGE,
      "{request}",
      "requests to each node that wait for their answers",
      List.of("orbit.peer", "orbit.client")),
  /** By node; less than configured where it answers too late. */
  PEER_LIMIT(
      "orbit.peer.limit",
      Kind.GAUGE,
      "{request}",
      "how many requests of callers may wait for answers of each node at present",
      List.of("orbit.peer", "orbit.client")),
  /** By node. */
  PEER_QUEUED(
      "orbit.peer.queued",
      Kind.GAUGE,
      "{message}",
      "messages to each node that wait to be written",
      List.of("orbit.peer", "orbit.client")),
  /** By node. */
  PEER_QUEUED_BYTES(
      "orbit.peer.queued.bytes",
      Kind.GAUGE,
      "By",
      "bytes of messages and of large payloads to each node that wait to be written",
      List.of("orbit.peer", "orbit.client")),
  /** By node. */
  PEER_LATENCY(
      "orbit.peer.latency",
      Kind.GAUGE,
      "us",
      "how long answers of each node took lately, from the queue to the answer",
      List.of("orbit.peer", "orbit.client")),
  /** By node. */
  PEER_BYTES(
      "orbit.peer.bytes",
      Kind.COUNTER,
      "By",
      "bytes of messages to and from each node, before compression on the way out",
      List.of("orbit.peer", "orbit.direction", "orbit.client")),
  /** Of all nodes. */
  POOL_LOOKUPS(
      "orbit.pool.lookups",
      Kind.COUNTER,
      "{message}",
      "messages that found a connection, or had to wait for one or be refused",
      List.of("orbit.outcome", "orbit.client")),
  /** Of all nodes. */
  CONNECTS(
      "orbit.peer.connects",
      Kind.COUNTER,
      "{connection}",
      "connections that were made, and attempts that failed",
      List.of("orbit.outcome", "orbit.client")),
  /** From asking the resolver to the greeting. */
  CONNECT_DURATION(
      "orbit.peer.connect.duration",
      Kind.HISTOGRAM,
      "s",
      "how long making a connection took",
      List.of()),
  /** After a failed attempt. */
  BACKOFF_DURATION(
      "orbit.peer.backoff.duration",
      Kind.HISTOGRAM,
      "s",
      "how long the pauses between attempts to connect are",
      List.of()),
  /** From the queue to the answer, of one attempt. */
  REQUEST_DURATION(
      "orbit.peer.request.duration",
      Kind.HISTOGRAM,
      "s",
      "how long answers of other nodes took, from the queue to the answer; one in 16",
      List.of()),
  /** On the wire, before compression. */
  REQUEST_SIZE(
      "orbit.peer.request.size",
      Kind.HISTOGRAM,
      "By",
      "how large requests to other nodes are; one in 16",
      List.of()),
  /** Without what is around them. */
  ANSWER_SIZE(
      "orbit.peer.answer.size",
      Kind.HISTOGRAM,
      "By",
      "how large the payloads of answers of other nodes are; one in 16",
      List.of()),
  /** Requests one way and answers the other. */
  BATCH_SIZE(
      "orbit.batch.size",
      Kind.HISTOGRAM,
      "{message}",
      "how many messages are written at once; one in 16",
      List.of()),
  /** Of the message that was queued first. */
  QUEUE_AGE(
      "orbit.queue.age",
      Kind.HISTOGRAM,
      "s",
      "how long what is written had waited in the queue of its node; one in 16",
      List.of()),
  /** Peers that are connected and say nothing. */
  BREAKERS_OPEN(
      "orbit.breaker.open",
      Kind.GAUGE,
      "{connection}",
      "connections on which callers are refused because the node says nothing",
      List.of("orbit.client")),
  /** Each time a peer was found to say nothing. */
  BREAKERS_OPENED(
      "orbit.breaker.opened",
      Kind.COUNTER,
      "{opening}",
      "how often callers began to be refused because a node said nothing",
      List.of("orbit.client")),
  /** By open breakers. */
  BREAKER_REFUSED(
      "orbit.breaker.refused",
      Kind.COUNTER,
      "{call}",
      "requests of callers that were refused because the node says nothing",
      List.of("orbit.client")),
  /** Of frames that were compressed, before and after, each way. */
  COMPRESSION_BYTES(
      "orbit.compression.bytes",
      Kind.COUNTER,
      "By",
      "bytes of compressed frames, plain and on the wire",
      List.of("orbit.direction", "orbit.form", "orbit.client")),
  /** By what became of those that were large enough. */
  COMPRESSION_FRAMES(
      "orbit.compression.frames",
      Kind.COUNTER,
      "{frame}",
      "frames that were compressed, did not shrink, or were not tried",
      List.of("orbit.outcome", "orbit.client")),
  /** At each step between codec and network; what protobuf reads or writes counts as copied. */
  PAYLOAD_BYTES(
      "orbit.payload.bytes",
      Kind.COUNTER,
      "By",
      "bytes of payloads that were copied at a step of their way between codec and network, or were"
          + " saved from it",
      List.of("orbit.direction", "orbit.form", "orbit.client")),
  /** On event loops. */
  COMPRESSION_TIME(
      "orbit.compression.time",
      Kind.COUNTER,
      "us",
      "time spent on compressing and inflating frames",
      List.of("orbit.direction", "orbit.client")),
  /** Of references on this node, and of others that came here. */
  CALLS_SENT(
      "orbit.calls.sent",
      Kind.COUNTER,
      "{message}",
      "calls that ran on this node without a message, and messages with calls to other nodes",
      List.of("orbit.way")),
  /** Of calls that surely did not run. */
  RETRIES(
      "orbit.calls.retries",
      Kind.COUNTER,
      "{attempt}",
      "attempts that were repeated, and those that had to wait or were not made because too many"
          + " are",
      List.of("orbit.outcome", "orbit.client")),
  /** Of calls that only read, to workers that several nodes have. */
  HEDGED(
      "orbit.calls.hedged",
      Kind.COUNTER,
      "{attempt}",
      "second attempts that were made beside slow ones",
      List.of("orbit.client")),
  /** Of nodes that fail what others do not. */
  EJECTIONS(
      "orbit.balancer.ejections",
      Kind.COUNTER,
      "{ejection}",
      "how often a node was passed over for a while",
      List.of("orbit.client")),
  /** In progress at this node's references and for others. */
  CALLS_UNDER_WAY(
      "orbit.calls.active",
      Kind.GAUGE,
      "{call}",
      "calls whose answers this node waits for",
      List.of()),
  /** Each is logged once, with its stack. */
  LONG_TURNS(
      "orbit.turns.long",
      Kind.COUNTER,
      "{turn}",
      "turns that ran for longer than long-turn-threshold",
      List.of()),
  /** Nobody waits for their answers, so that nobody is told. */
  ONE_WAY_LOST(
      "orbit.calls.one_way_lost",
      Kind.COUNTER,
      "{call}",
      "one-way calls that stood in a queue or came from another node, and did not run",
      List.of()),
  /** Made here, or by clients through this node. */
  WAITING_FOR_ROOM(
      "orbit.calls.waiting_for_room",
      Kind.GAUGE,
      "{call}",
      "calls of this node that wait here for room in the mailboxes of their actors",
      List.of()),
  /** Made here, or by clients through this node. */
  ROOM_CALLS(
      "orbit.calls.room",
      Kind.COUNTER,
      "{call}",
      "calls that had to wait before they were sent, were sent to an actor without room, or were"
          + " refused because too many wait",
      List.of("orbit.outcome"));

  /** Of which kind an instrument is. */
  public enum Kind {
    /** Only grows. */
    COUNTER,
    /** A value of the moment. */
    GAUGE,
    /** A distribution. */
    HISTOGRAM
  }

  private final String metricName;
  private final Kind kind;
  private final String unit;
  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // All are made by List.of.
  private final List<String> attributes;

  OrbitMetric(
      String metricName, Kind kind, String unit, String description, List<String> attributes) {
    this.metricName = metricName;
    this.kind = kind;
    this.unit = unit;
    this.description = description;
    this.attributes = attributes;
  }

  /** The instrument's name. */
  public String metricName() {
    return metricName;
  }

  /** Its kind. */
  public Kind kind() {
    return kind;
  }

  /** Its unit, by UCUM. */
  public String unit() {
    return unit;
  }

  /** What it says. */
  public String description() {
    return description;
  }

  /** The names of its attributes; not all of them are always there. */
  public List<String> attributes() {
    return attributes;
  }
}
