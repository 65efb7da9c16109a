package dev.orbit.runtime.internal.routing;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.registration.RuntimeMethods;
import dev.orbit.transport.ReplySink;
import dev.orbit.transport.limits.CallLimiter;
import dev.orbit.transport.limits.CallLimits;
import dev.orbit.transport.security.AccessPolicy;
import dev.orbit.transport.security.AuditLog;
import dev.orbit.transport.security.PeerPrincipal;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whose calls a node takes, asked once where a call enters the cluster: what another node passes on
 * or its actors ask for was admitted there. Thread-safe; never blocks.
 */
public final class Admission {
  private final Environment environment;
  private final Optional<AccessPolicy> policy;
  private final CallLimiter limiter;
  private final AuditLog audit;

  /**
   * An admission.
   *
   * @param policy empty to take the calls of everybody who was let in
   * @param limits how many of them
   */
  public Admission(Environment environment, Optional<AccessPolicy> policy, CallLimits limits) {
    this.environment = environment;
    this.policy = policy;
    this.limiter = new CallLimiter(limits);
    this.audit = new AuditLog(environment);
  }

  /** Why the call is not taken; empty if it is. */
  Optional<OrbitException> refusal(Content.InvocationRequest request, ReplySink sender) {
    Supplier<String> call = () -> request.reference() + "." + request.method();
    return runtimesOwn(request.method(), call, sender)
        .or(() -> refusal(request.reference().type(), call, sender));
  }

  /** Why the question is not answered; empty if it is. */
  Optional<OrbitException> refusal(Content.LeaseRequest request, ReplySink sender) {
    return refusal(request.reference().type(), () -> "the lease of " + request.reference(), sender);
  }

  /**
   * Why the group is not called; empty if it is. Nobody of it is called unless all may be, and each
   * counts as a call.
   */
  Optional<OrbitException> refusal(Content.GroupRequest request, ReplySink sender) {
    Optional<OrbitException> refused =
        runtimesOwn(request.method(), () -> "a group." + request.method(), sender)
            .or(
                () ->
                    request
                        .activeType()
                        .flatMap(
                            type ->
                                refusal(
                                    type,
                                    () -> "all %s.%s".formatted(type, request.method()),
                                    sender)));
    for (AddressableReference reference : request.references()) {
      if (refused.isPresent()) {
        return refused;
      }
      refused = refusal(reference.type(), () -> reference + "." + request.method(), sender);
    }
    return refused;
  }

  /** What the runtime calls on actors itself is for nodes alone. */
  private static Optional<OrbitException> runtimesOwn(
      String method, Supplier<String> call, ReplySink sender) {
    return RuntimeMethods.isName(method) && !isNode(sender)
        ? Optional.of(
            new NotExecutedException(
                ErrorCode.UNKNOWN_METHOD,
                "%s did not run: only nodes call what the runtime itself calls"
                    .formatted(call.get())))
        : Optional.empty();
  }

  /**
   * Whether the sender has proven to be something else than a node: the directory is not its
   * business.
   */
  static boolean isStranger(ReplySink sender) {
    return sender.principal().filter(caller -> !caller.isNode()).isPresent();
  }

  /** Whether the sender is a node, as far as it can be known. */
  static boolean isNode(ReplySink sender) {
    Optional<PeerPrincipal> caller = sender.principal();
    return caller.map(PeerPrincipal::isNode).orElseGet(sender::isFromNode);
  }

  private Optional<OrbitException> refusal(String type, Supplier<String> call, ReplySink sender) {
    Optional<PeerPrincipal> caller = sender.principal();
    if (policy.isEmpty() || caller.isEmpty() || policy.get().mayCall(caller.get(), type)) {
      return tooMany(type, call, sender);
    }
    audit.refused(
        ErrorCode.CALL_NOT_ALLOWED,
        caller.get().getName(),
        sender.remoteAddress(),
        "to call " + call.get());
    return Optional.of(
        new NotExecutedException(
            ErrorCode.CALL_NOT_ALLOWED,
            "%s did not run: no rule of orbit.access lets %s call actors of type %s"
                .formatted(call.get(), caller.get(), type)));
  }

  /** By address where nothing is proven: better than one limit for all. */
  private Optional<OrbitException> tooMany(String type, Supplier<String> call, ReplySink sender) {
    Optional<PeerPrincipal> caller = sender.principal();
    if (isNode(sender)) {
      return Optional.empty();
    }
    String client =
        caller
            .flatMap(PeerPrincipal::id)
            .map(Object::toString)
            .orElseGet(() -> host(sender.remoteAddress()));
    long wait = limiter.take(client, type, environment.nanoTime());
    return wait == 0
        ? Optional.empty()
        : Optional.of(
            new NotExecutedException(
                ErrorCode.RATE_LIMITED,
                "%s did not run: %s has used up the calls to %s of this moment (orbit.limit-per-client, orbit.limit-per-type)"
                    .formatted(call.get(), client, type),
                null,
                Duration.ofNanos(wait)));
  }

  private static String host(String address) {
    int port = address.lastIndexOf(':');
    return port < 0 ? address : address.substring(0, port);
  }

  /** How many calls the policy refused. */
  public long refusals() {
    return audit.refusals();
  }

  /** What limits calls; its limits can be changed. */
  public CallLimiter limiter() {
    return limiter;
  }

  /** The context of a call that came so: only nodes are believed whom a call serves. */
  static CallContext context(CallContext received, ReplySink sender) {
    PeerPrincipal caller = sender.principal().orElse(PeerPrincipal.NOBODY);
    if (caller.isNode()) {
      return received;
    }
    String name = caller.id().map(Object::toString).orElse("");
    return received.principal().equals(name) ? received : received.onBehalfOf(name);
  }
}
