package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.api.placement.NodeLoad;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.proto.Content;
import dev.orbit.proto.Headers;
import dev.orbit.proto.Message;
import dev.orbit.proto.Target;
import dev.orbit.runtime.internal.life.Lives;
import dev.orbit.transport.MessageHandler;
import dev.orbit.transport.ReplySink;
import dev.orbit.transport.future.Announced;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what other nodes and clients send. Thread-safe; never blocks. */
final class InboundRouter implements MessageHandler {
  private static final Logger LOG = LoggerFactory.getLogger(InboundRouter.class);

  private final Environment environment;
  private final NodeId self;
  private final Lives lives;
  private final Router router;
  private final GroupRouter groups;
  private final Relay relay;
  private final Duration withoutDeadline;
  private final Admission admission;
  private final Supplier<NodeLoad> ownLoad;
  private final DirectoryQuestions questions;
  private final LeaseAnswers leases;
  // Calls under way by where they came from, so that their senders can call them off.
  private final ConcurrentHashMap<Origin, CompletableFuture<?>> underWay =
      new ConcurrentHashMap<>();

  private record Origin(ReplySink sender, long messageId) {}

  InboundRouter(
      Environment environment,
      Lives lives,
      Router router,
      GroupRouter groups,
      Relay relay,
      Identity identity) {
    this.environment = environment;
    this.self = identity.node();
    this.lives = lives;
    this.router = router;
    this.groups = groups;
    this.relay = relay;
    this.withoutDeadline = identity.callTimeout();
    this.admission = identity.admission();
    this.ownLoad = identity.load();
    this.questions = new DirectoryQuestions(environment, lives);
    this.leases = new LeaseAnswers(environment, lives, identity.lease());
  }

  /**
   * What it says of itself.
   *
   * @param callTimeout how long a call may take whose sender set no deadline
   * @param lease how long leases of nodes last
   * @param admission whose calls it takes
   * @param load what it has to do
   */
  record Identity(
      NodeId node,
      Duration callTimeout,
      Duration lease,
      Admission admission,
      Supplier<NodeLoad> load) {}

  @Override
  public void onMessage(Message message, ReplySink replies) {
    if (!relay.ends(message)) {
      onTheWay(message, replies);
      return;
    }
    switch (message.content()) {
      case Content.DirectoryRequest _,
          Content.EntriesRequest _,
          Content.LocationHint _,
          Content.Credit _
          when Admission.isStranger(replies) ->
          notForClients(message, replies);
      case Content.InvocationRequest request -> invocation(message, request, replies);
      case Content.GroupRequest request -> group(message, request, replies);
      case Content.InfoRequest request -> replies.reply(message.id(), info(request, replies), null);
      case Content.Cancel(long id) -> cancel(replies, id);
      case Content.WaitProbe probe -> router.probes().received(probe);
      case Content.DirectoryRequest request -> questions.ask(message, request, replies);
      case Content.EntriesRequest request -> questions.ask(message, request, replies);
      case Content.LocationHint hint -> router.hinted(hint);
      case Content.Credit credit -> router.room().credited(credit);
      case Content.LeaseRequest request ->
          replies.reply(
              message.id(),
              admission
                  .refusal(request, replies)
                  .map(InboundRouter::failure)
                  .orElseGet(() -> leases.answer(request)),
              null);
      case Content.Chunk _, Content.Transfer _, Content.Batch _ -> unsupported(message, replies);
      // Answers and notices want no answer, not even that they are not understood.
      case Content.Failure _,
          Content.InfoResponse _,
          Content.InvocationResponse _,
          Content.InvocationError _,
          Content.Hello _,
          Content.EntriesResponse _,
          Content.EntriesRefused _,
          Content.DirectoryResponse _,
          Content.LeaseResponse _,
          Content.GroupResponse _,
          Content.Goodbye _ ->
          LOG.debug(
              "event=message-ignored kind={} from={}",
              message.content().getClass().getSimpleName(),
              replies.remoteAddress());
    }
  }

  /** What a node has to do is for nodes to know. */
  private Content.InfoResponse info(Content.InfoRequest request, ReplySink asker) {
    var view = lives.placement().view();
    return new Content.InfoResponse(
        self,
        request.loadOnly() ? List.of() : view.members(),
        view.version(),
        request.loadOnly() && !Admission.isStranger(asker)
            ? Optional.of(ownLoad.get())
            : Optional.empty());
  }

  private static void notForClients(Message message, ReplySink replies) {
    replies.reply(
        message.id(),
        new Content.Failure(
            "only nodes ask and tell each other where actors are, and send over one another",
            Optional.of(ErrorCode.CALL_NOT_ALLOWED)),
        null);
  }

  private static void unsupported(Message message, ReplySink replies) {
    replies.reply(
        message.id(),
        new Content.Failure(
            "this node does not take messages of kind "
                + message.content().getClass().getSimpleName(),
            Optional.of(ErrorCode.UNSUPPORTED_MESSAGE)),
        null);
  }

  private void group(Message message, Content.GroupRequest request, ReplySink replies) {
    Optional<OrbitException> mistaken =
        meantForAnother(message, () -> "a group." + request.method())
            .or(() -> admission.refusal(request, replies));
    if (mistaken.isPresent()) {
      replies.reply(message.id(), failure(mistaken.get()), null);
      return;
    }
    GroupRouter.GroupCall call =
        new GroupRouter.GroupCall(
            request,
            message.payload(),
            Admission.context(
                CallContext.received(message.headers(), environment.nanoTime(), withoutDeadline),
                replies),
            new RoutedCall.PassedOn(
                message.attempts() + 1,
                message.headers().viewVersion(),
                false,
                Optional.ofNullable(message.source()),
                // A group pays no heed to credit: each of its members would need to have heard.
                0));
    var _ =
        groups
            .gather(call)
            .whenComplete(
                (response, failure) ->
                    replies.reply(
                        message.id(), failure == null ? response : failure(failure), null));
  }

  private void invocation(Message message, Content.InvocationRequest request, ReplySink replies) {
    Optional<OrbitException> mistaken =
        meantForAnother(message, () -> request.reference() + "." + request.method())
            .or(() -> admission.refusal(request, replies));
    if (mistaken.isPresent()) {
      answer(message, request, Reply.refused(mistaken.get()), replies);
      return;
    }
    CallContext context =
        Admission.context(
            CallContext.received(message.headers(), environment.nanoTime(), withoutDeadline),
            replies);
    RoutedCall call =
        new RoutedCall(
            request.reference(),
            request.method(),
            request.arguments(),
            message.payload(),
            request.oneWay(),
            context,
            new RoutedCall.PassedOn(
                message.attempts() + 1,
                message.headers().viewVersion(),
                isPlaced(message),
                Optional.ofNullable(message.source()),
                // The calls of a client wait for room on this node.
                message.source() == null ? Headers.NOTHING_HEARD : heard(message)));
    // What the owner has placed here goes back to the owner, which alone can place it anew.
    CompletableFuture<Reply> reply =
        router.route(call, call.passedOn().placed() ? _ -> false : InboundRouter::findsAnotherHost);
    if (request.oneWay()) {
      var _ = reply.whenComplete((answer, failure) -> oneWay(call, answer, failure));
      return;
    }
    Origin origin = new Origin(replies, message.id());
    if (!reply.isDone()) {
      underWay.put(origin, reply);
    }
    Announced.onEnd(
        reply,
        (answer, failure) -> {
          underWay.remove(origin, reply);
          if (reply.isCancelled()) {
            // Its sender has called it off and waits no more.
            return;
          }
          answer(message, request, failure == null ? answer : failed(call, failure), replies);
        });
  }

  /**
   * What this node tries itself for a call that another sent: to find a host that has moved. What
   * says "later" or "not I" goes back to the sender, who knows how long it wants to wait.
   */
  static boolean findsAnotherHost(NotExecutedException refused) {
    return refused.code() == ErrorCode.NOT_OWNER
        || refused.code() == ErrorCode.SHUTTING_DOWN
        || refused.code() == ErrorCode.NODE_UNAVAILABLE;
  }

  /** Only members of the cluster own partitions, and so know where actors are to be. */
  private boolean isPlaced(Message message) {
    NodeId source = message.source();
    return message.headers().placed()
        && source != null
        && lives.newest().member(source).isPresent();
  }

  /** What strangers say in the name of nodes is not kept. */
  private long heard(Message message) {
    NodeId source = message.source();
    return source != null && lives.newest().member(source).isPresent()
        ? message.headers().credit()
        : 0;
  }

  private Optional<OrbitException> meantForAnother(Message message, Supplier<String> what) {
    if (message.target() instanceof Target.Unicast(NodeId node) && !node.equals(self)) {
      return Optional.of(
          new NotExecutedException(
              ErrorCode.NOT_OWNER,
              "%s did not run: it is addressed to node %s, and this is %s"
                  .formatted(what.get(), node, self)));
    }
    long meant = message.headers().targetIncarnation();
    if (meant != 0 && meant != lives.incarnation()) {
      return Optional.of(
          new NotExecutedException(
              ErrorCode.NOT_OWNER,
              "%s did not run: it is meant for incarnation %d of node %s, which is over"
                  .formatted(what.get(), meant, self.key())));
    }
    return Optional.empty();
  }

  private static Reply failed(RoutedCall call, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof OrbitException known) {
      return Reply.refused(known);
    }
    LOG.error("event=routing-failed call={}", call, cause);
    return Reply.refused(
        new OutcomeUnknownException(
            ErrorCode.CONNECTION_LOST, "%s failed within the runtime: %s".formatted(call, cause)));
  }

  private void answer(
      Message message, Content.InvocationRequest request, Reply reply, ReplySink replies) {
    if (request.oneWay()) {
      router
          .lost()
          .lost(request.reference() + "." + request.method(), String.valueOf(reply.content()));
    } else {
      replies.reply(message.id(), reply.content(), reply.payload());
    }
  }

  private void oneWay(RoutedCall call, @Nullable Reply answer, @Nullable Throwable failure) {
    if (failure != null) {
      router.lost().lost(call, failure);
    } else if (answer != null) {
      answer.notExecuted().ifPresent(reason -> router.lost().lost(call, reason));
    }
  }

  private void cancel(ReplySink sender, long messageId) {
    CompletableFuture<?> reply = underWay.remove(new Origin(sender, messageId));
    if (reply != null) {
      reply.cancel(true);
    }
  }

  /**
   * Nodes send over others. What a client calls is called for it by this node, which knows the way
   * itself, as any other call of a client: passed along it would look like a call of a node.
   */
  private void onTheWay(Message message, ReplySink replies) {
    if (Admission.isNode(replies)) {
      relay.passAlong(
          message,
          replies,
          (sender, answer) -> {
            Origin origin = new Origin(sender, message.id());
            underWay.put(origin, answer);
            var _ = answer.whenComplete((_, _) -> underWay.remove(origin, answer));
          });
      return;
    }
    switch (message.content()) {
      case Content.InvocationRequest request -> invocation(message, request, replies);
      case Content.GroupRequest request -> group(message, request, replies);
      default -> notForClients(message, replies);
    }
  }

  private static Content failure(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return new Content.Failure(
        String.valueOf(cause.getMessage()),
        cause instanceof OrbitException known ? Optional.of(known.code()) : Optional.empty());
  }
}
