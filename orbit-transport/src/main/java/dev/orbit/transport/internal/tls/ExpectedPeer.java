package dev.orbit.transport.internal.tls;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.transport.security.PeerPrincipal;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** Lets no answer of a server through that has not proven to be the node that was meant. */
final class ExpectedPeer implements ClientInterceptor {
  private final Tls tls;
  private final @Nullable NodeId expected;

  /** Expects that node, or any where it is null. */
  ExpectedPeer(Tls tls, @Nullable NodeId expected) {
    this.tls = tls;
    this.expected = expected;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(new Answers<>(listener, delegate()), headers);
      }
    };
  }

  private PeerPrincipal judge(ClientCall<?, ?> call) throws CertificateException {
    PeerPrincipal server = tls.judge(call.getAttributes(), true);
    NodeId node = server.node().orElse(null);
    if (node == null) {
      throw new CertificateException(server + " is no node");
    }
    if (expected != null && !node.equals(expected)) {
      throw new CertificateException(
          "%s is node %s, and node %s was meant".formatted(server, node, expected));
    }
    return server;
  }

  private final class Answers<A> extends SimpleForwardingClientCallListener<A> {
    private final ClientCall<?, A> call;
    private boolean judged;
    private volatile @Nullable Status refusal;
    private @Nullable Cancellable expiry;

    Answers(ClientCall.Listener<A> listener, ClientCall<?, A> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onHeaders(Metadata headers) {
      if (passes()) {
        super.onHeaders(headers);
      }
    }

    @Override
    public void onMessage(A message) {
      if (passes()) {
        super.onMessage(message);
      }
    }

    private boolean passes() {
      if (!judged) {
        judged = true;
        try {
          PeerPrincipal server = judge(call);
          expiry =
              tls.whenExpired(
                  server, () -> refuse("the certificate of " + server + " has expired"));
        } catch (CertificateException e) {
          String why = String.valueOf(e.getMessage());
          refuse(why);
          tls.audit().refused(ErrorCode.UNAUTHENTICATED, "server", "dialled", why);
        }
      }
      return refusal == null;
    }

    private void refuse(String why) {
      refusal =
          Status.UNAUTHENTICATED.withDescription(
              "%s: %s".formatted(ErrorCode.UNAUTHENTICATED, why));
      call.cancel(why, null);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Cancellable timer = expiry;
      if (timer != null) {
        timer.cancel();
      }
      Status known = refusal;
      super.onClose(known != null && !status.isOk() ? known : status, trailers);
    }
  }
}
