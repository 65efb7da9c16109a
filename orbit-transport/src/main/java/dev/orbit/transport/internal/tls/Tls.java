package dev.orbit.transport.internal.tls;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.env.Cancellable;
import dev.orbit.api.env.Environment;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.transport.security.AuditLog;
import dev.orbit.transport.security.PeerPrincipal;
import dev.orbit.transport.security.SpiffeId;
import dev.orbit.transport.security.TlsConfig;
import io.grpc.Attributes;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.ServerInterceptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509TrustManager.SslSocketAndEnginePeerVerifier;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/** The TLS of one process: contexts for its channels and servers, and the judge of its peers. */
public final class Tls implements AutoCloseable {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** The tag of a URI among a certificate's alternative names. */
  private static final Integer SAN_URI = 6;

  private final Environment environment;
  private final TlsConfig config;
  private final Credentials credentials;
  private final AuditLog audit;
  private final SslContext server;
  private final SslContext client;
  private final Cancellable reloading;
  private volatile long changes;

  /**
   * Reads the files and begins to watch them.
   *
   * @throws ConfigurationException if they cannot be used
   */
  public Tls(Environment environment, TlsConfig config) {
    this.environment = environment;
    this.config = config;
    this.audit = new AuditLog(environment);
    this.credentials = new Credentials(config, new DomainCheck(config.scheme().trustDomain()));
    try {
      // The JDK's own TLS: a native one resumes sessions on certificates that are trusted no more.
      this.server =
          GrpcSslContexts.configure(
                  SslContextBuilder.forServer(credentials.keys())
                      .trustManager(credentials.trust())
                      .clientAuth(
                          config.clients() == TlsConfig.Clients.CERTIFICATE
                              ? ClientAuth.REQUIRE
                              : ClientAuth.OPTIONAL)
                      .protocols(PROTOCOLS),
                  SslProvider.JDK)
              .build();
      this.client =
          GrpcSslContexts.configure(
                  SslContextBuilder.forClient()
                      .keyManager(credentials.keys())
                      .trustManager(credentials.trust())
                      .protocols(PROTOCOLS),
                  SslProvider.JDK)
              .build();
    } catch (SSLException e) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION, "tls cannot be set up: " + e.getMessage(), e);
    }
    this.changes = credentials.changes();
    this.reloading =
        environment.scheduleRepeatedly(
            config.reload(), () -> environment.virtualThreads().execute(this::reload));
  }

  private synchronized void reload() {
    credentials.reload();
    long now = credentials.changes();
    if (now != changes) {
      forgetSessions();
      // Only now: whoever dials anew because of it must not come with the old certificate.
      changes = now;
    }
  }

  /** A session that is resumed brings the certificate with which it was begun. */
  private void forgetSessions() {
    SSLSessionContext sessions = client.sessionContext();
    for (byte[] id : Collections.list(sessions.getIds())) {
      SSLSession session = sessions.getSession(id);
      if (session != null) {
        session.invalidate();
      }
    }
  }

  /** For a server. */
  public SslContext server() {
    return server;
  }

  /** For a channel. */
  public SslContext client() {
    return client;
  }

  /** To be put before all services of a server. */
  public ServerInterceptor gate() {
    return new PeerGate(this);
  }

  /** To be put around a channel that leads to that node. */
  public ClientInterceptor expecting(NodeId node) {
    return new ExpectedPeer(this, node);
  }

  /** To be put around a channel that leads to some node. */
  public ClientInterceptor expectingANode() {
    return new ExpectedPeer(this, null);
  }

  /** Where refusals are told. */
  public AuditLog audit() {
    return audit;
  }

  /** How often the files brought something new, the first time included. */
  public long changes() {
    return changes;
  }

  /** When the certificate of this process ends. */
  public Instant expires() {
    return credentials.expires();
  }

  /** Runs {@code ended} when the peer's certificate ends, unless that is cancelled before. */
  public Cancellable whenExpired(PeerPrincipal peer, Runnable ended) {
    Instant now = environment.wallTime();
    Duration most = Duration.ofDays(365);
    boolean far = peer.expires().equals(Instant.MAX) || peer.expires().isAfter(now.plus(most));
    if (far) {
      return () -> {};
    }
    Duration left = Duration.between(now, peer.expires()).plusMillis(1);
    return environment.schedule(left.isNegative() ? Duration.ZERO : left, ended);
  }

  /**
   * Who is at the other end of a connection.
   *
   * @throws CertificateException if it has proven nothing that counts
   */
  PeerPrincipal judge(Attributes attributes, boolean isServer) throws CertificateException {
    SSLSession session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      throw new CertificateException("the connection is not encrypted");
    }
    X509Certificate[] chain = chain(session);
    if (chain == null) {
      if (isServer || config.clients() == TlsConfig.Clients.CERTIFICATE) {
        throw new CertificateException("no certificate");
      }
      return PeerPrincipal.NOBODY;
    }
    try {
      credentials.check(chain, environment.wallTime());
    } catch (GeneralSecurityException e) {
      throw new CertificateException(
          "the certificate of %s is not trusted: %s".formatted(spiffeId(chain[0]), e.getMessage()),
          e);
    }
    SpiffeId id = spiffeId(chain[0]);
    return new PeerPrincipal(
        Optional.of(id), config.scheme().node(id), chain[0].getNotAfter().toInstant());
  }

  private static X509Certificate @Nullable [] chain(SSLSession session) {
    try {
      Certificate[] certificates = session.getPeerCertificates();
      return Arrays.copyOf(certificates, certificates.length, X509Certificate[].class);
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  /** The one SPIFFE ID of a certificate. */
  static SpiffeId spiffeId(X509Certificate certificate) throws CertificateException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    List<String> uris =
        names == null
            ? List.of()
            : names.stream()
                .filter(name -> SAN_URI.equals(name.get(0)))
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    if (uris.size() != 1) {
      throw new CertificateException(
          "the certificate has %d URIs among its names; one, the SPIFFE ID, is needed"
              .formatted(uris.size()));
    }
    try {
      return SpiffeId.parse(uris.getFirst());
    } catch (IllegalArgumentException e) {
      throw new CertificateException(e.getMessage(), e);
    }
  }

  /** Refuses strangers within the handshake already. */
  private record DomainCheck(String domain) implements SslSocketAndEnginePeerVerifier {
    @Override
    public void verifyPeerCertificate(X509Certificate[] chain, String kind, @Nullable Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void verifyPeerCertificate(
        X509Certificate[] chain, String kind, @Nullable SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      SpiffeId id = spiffeId(chain[0]);
      if (!id.trustDomain().equals(domain)) {
        throw new CertificateException("%s is not of the trust domain %s".formatted(id, domain));
      }
    }
  }

  /** Watches the files no more. */
  @Override
  public void close() {
    reloading.cancel();
  }
}
