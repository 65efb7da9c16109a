package dev.orbit.transport.internal.tls;

import dev.orbit.api.error.ErrorCode;
import dev.orbit.transport.security.PeerPrincipal;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.security.cert.CertificateException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets no call of an unproven peer in, and tells services who calls. */
public final class PeerGate implements ServerInterceptor {
  private static final Context.Key<PeerPrincipal> CALLER = Context.key("orbit-peer");

  private final Tls tls;

  PeerGate(Tls tls) {
    this.tls = tls;
  }

  /**
   * Who makes the call that this thread begins to serve; empty on a server without TLS. For a
   * stream, to be asked when it is opened.
   */
  public static Optional<PeerPrincipal> caller() {
    @Nullable PeerPrincipal caller = CALLER.get();
    return Optional.ofNullable(caller);
  }

  /** Where a call comes from, for people and for limits: address and port, or this host. */
  public static String addressOf(ServerCall<?, ?> call) {
    SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return address instanceof DomainSocketAddress ? "this host" : String.valueOf(address);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    PeerPrincipal peer;
    try {
      peer = tls.judge(call.getAttributes(), false);
    } catch (CertificateException e) {
      String why = "%s: %s".formatted(ErrorCode.UNAUTHENTICATED, e.getMessage());
      tls.audit()
          .refused(
              ErrorCode.UNAUTHENTICATED,
              "unknown",
              addressOf(call),
              call.getMethodDescriptor().getFullMethodName() + ": " + e.getMessage());
      call.close(Status.UNAUTHENTICATED.withDescription(why), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Context context = Context.current().withValue(CALLER, peer);
    if (call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      return Contexts.interceptCall(context, call, headers, next);
    }
    // A stream asks when it is opened; attaching the context for every message would cost it.
    Context before = context.attach();
    try {
      return next.startCall(call, headers);
    } finally {
      context.detach(before);
    }
  }
}
