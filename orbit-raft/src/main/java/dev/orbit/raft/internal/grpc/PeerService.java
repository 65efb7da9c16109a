package dev.orbit.raft.internal.grpc;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.proto.raft.FailureProto;
import dev.orbit.proto.raft.FrameProto;
import dev.orbit.proto.raft.HelloProto;
import dev.orbit.proto.raft.RaftPeerGrpc;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.transport.internal.tls.PeerGate;
import dev.orbit.transport.security.PeerPrincipal;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the streams of peers, lets in those that belong, and hands their requests on. */
final class PeerService extends RaftPeerGrpc.RaftPeerImplBase {
  private static final Logger log = LoggerFactory.getLogger(PeerService.class);

  /**
   * What is asked of a voter that has been started.
   *
   * @param came hears the name of each peer that was let in
   */
  record Running(PeerIdentity identity, RequestHandler handler, Consumer<String> came) {}

  private final EngineConfig config;
  private final Map<String, Inbound> talks = new ConcurrentHashMap<>();
  private final Map<String, Inbound> installs = new ConcurrentHashMap<>();
  private volatile @Nullable Running running;

  PeerService(EngineConfig config) {
    this.config = config;
  }

  void start(Running now) {
    running = now;
  }

  void stop() {
    running = null;
    Status stopped = Status.UNAVAILABLE.withDescription("voter " + config.self() + " stopped");
    talks.values().forEach(inbound -> inbound.end(stopped));
    installs.values().forEach(inbound -> inbound.end(stopped));
    talks.clear();
    installs.clear();
  }

  @Override
  public StreamObserver<FrameProto> talk(StreamObserver<FrameProto> out) {
    return new Inbound(this, talks, out);
  }

  @Override
  public StreamObserver<FrameProto> install(StreamObserver<FrameProto> out) {
    return new Inbound(this, installs, out);
  }

  /** Null if the caller may come in. */
  private @Nullable Status refusal(HelloProto hello, Running now, Optional<PeerPrincipal> caller) {
    String from = hello.getFrom();
    Optional<NodeId> claimed =
        from.isEmpty() ? Optional.empty() : Optional.of(new NodeId(from, config.group()));
    if (caller.isPresent() && !caller.get().node().equals(claimed)) {
      return Status.UNAUTHENTICATED.withDescription(
          "%s: %s has not proven to be voter %s of group '%s'"
              .formatted(ErrorCode.UNAUTHENTICATED, caller.get(), from, config.group()));
    }
    if (hello.getVersion() != RaftRpc.VERSION) {
      return Status.PERMISSION_DENIED.withDescription(
          "version %d of the voters' protocol is not %d"
              .formatted(hello.getVersion(), RaftRpc.VERSION));
    }
    if (!hello.getGroup().equals(config.group())) {
      return Status.PERMISSION_DENIED.withDescription(
          "this is voter %s of group '%s'; a voter of group '%s' has no business here"
              .formatted(config.self(), config.group(), hello.getGroup()));
    }
    if (!hello.getTo().equals(config.self())) {
      return Status.PERMISSION_DENIED.withDescription(
          "this is voter %s, not %s: check the endpoints of the voters"
              .formatted(config.self(), hello.getTo()));
    }
    if (!config.voters().containsKey(from) || from.equals(config.self())) {
      return Status.PERMISSION_DENIED.withDescription(
          "%s is not among the peers of voter %s: %s"
              .formatted(from, config.self(), config.voters().keySet()));
    }
    return strangeness(hello, now);
  }

  /** Null if both voters are those that the other one knows. */
  private @Nullable Status strangeness(HelloProto hello, Running now) {
    String from = hello.getFrom();
    if (!now.identity.meet(from, Greetings.store(hello))) {
      return Status.FAILED_PRECONDITION.withDescription(
          "voter %s remembers voter %s with another store".formatted(config.self(), from));
    }
    Store own = now.identity.store();
    if (hello.getToStore().isEmpty() || hello.getToStore().equals(own.id())) {
      return null;
    }
    String why = "voter %s remembers this voter with another store".formatted(from);
    // One that replaces a lost store is not known to everybody at once: it will introduce itself.
    if (hello.getToGeneration() >= own.generation()) {
      now.identity.disowned(from, why);
    }
    return Status.UNAVAILABLE.withDescription(why);
  }

  /** Ends the streams of a peer whose store was replaced. */
  void forget(String peer) {
    Status replaced = Status.ABORTED.withDescription("voter " + peer + " was replaced");
    for (Map<String, Inbound> lane : List.of(talks, installs)) {
      Inbound old = lane.remove(peer);
      if (old != null) {
        old.end(replaced);
      }
    }
  }

  /** One stream of a peer. */
  private static final class Inbound implements StreamObserver<FrameProto> {
    private final PeerService service;
    private final Map<String, Inbound> lane;
    private final StreamObserver<FrameProto> out;
    private final Optional<PeerPrincipal> caller = PeerGate.caller();
    private @Nullable String from;
    private boolean ended;

    Inbound(PeerService service, Map<String, Inbound> lane, StreamObserver<FrameProto> out) {
      this.service = service;
      this.lane = lane;
      this.out = out;
    }

    @Override
    public void onNext(FrameProto frame) {
      Running now = service.running;
      if (now == null) {
        end(Status.UNAVAILABLE.withDescription("this voter is not running"));
        return;
      }
      String sender = from;
      if (sender == null) {
        greet(frame, now);
      } else if (!hasEnded()) {
        long id = frame.getId();
        now.handler.handle(sender, frame, answer -> write(answer.setId(id).build()));
      }
    }

    private void greet(FrameProto frame, Running now) {
      if (!frame.hasHello()) {
        end(Status.INVALID_ARGUMENT.withDescription("a stream begins with a greeting"));
        return;
      }
      Status refusal = service.refusal(frame.getHello(), now, caller);
      if (refusal != null) {
        log.warn(
            "voter={} from={} refused: {}",
            service.config.self(),
            frame.getHello().getFrom(),
            refusal.getDescription());
        end(refusal);
        return;
      }
      String sender = frame.getHello().getFrom();
      from = sender;
      Inbound older = lane.put(sender, this);
      if (older != null) {
        older.end(Status.ABORTED.withDescription("the peer opened a newer stream"));
      }
      write(
          FrameProto.newBuilder()
              .setWelcome(Greetings.welcome(now.identity.introduction()))
              .build());
      now.came.accept(sender);
    }

    private synchronized boolean hasEnded() {
      return ended;
    }

    private synchronized void write(FrameProto frame) {
      if (!ended) {
        try {
          out.onNext(frame);
        } catch (RuntimeException e) {
          // The peer is gone: the answer has nobody to go to.
          ended = true;
          log.debug("from={} stream gone before the answer: {}", from, e.getMessage());
        }
      }
    }

    synchronized void end(Status status) {
      if (!ended) {
        ended = true;
        try {
          out.onError(status.asRuntimeException());
        } catch (RuntimeException e) {
          log.debug("from={} stream gone before its end: {}", from, e.getMessage());
        }
      }
    }

    private void gone() {
      String sender = from;
      if (sender != null) {
        lane.remove(sender, this);
      }
      end(Status.CANCELLED.withDescription("the peer went away"));
    }

    @Override
    public void onError(Throwable thrown) {
      gone();
    }

    @Override
    public void onCompleted() {
      gone();
    }
  }

  /** An answer that says that there is none. */
  static FrameProto.Builder failure(String description) {
    return FrameProto.newBuilder()
        .setFailure(FailureProto.newBuilder().setDescription(description));
  }
}
