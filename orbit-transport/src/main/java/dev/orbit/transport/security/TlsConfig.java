package dev.orbit.transport.security;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a process proves itself and whom it trusts. The files are in PEM; what replaces them is taken
 * within {@code reload} by all new connections, while open streams go on.
 *
 * @param certificate the certificate of this process, followed by those between it and the root
 * @param privateKey its private key, PKCS #8
 * @param trust the roots that peers' certificates must lead to; while authorities change, both
 * @param scheme the trust domain, and which of its members are nodes
 * @param clients whether clients must have a certificate; nodes always must
 * @param reload how often the files are looked at, 10 ms to 1 h
 */
public record TlsConfig(
    Path certificate,
    Path privateKey,
    Path trust,
    IdentityScheme scheme,
    Clients clients,
    Duration reload) {
  /** Well within what any rotation leaves between issue and need. */
  public static final Duration DEFAULT_RELOAD = Duration.ofSeconds(10);

  /** What is asked of clients. */
  public enum Clients {
    /** A certificate of the trust domain. */
    CERTIFICATE,
    /**
     * Nothing: a client without a certificate is nobody, and may do what the policy lets nobody.
     */
    ANYBODY
  }

  public TlsConfig {
    if (reload.compareTo(Duration.ofMillis(10)) < 0 || reload.compareTo(Duration.ofHours(1)) > 0) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION, "tls reload=%s; allowed are 10 ms to 1 h".formatted(reload));
    }
  }

  /** With mutual TLS and the default interval. */
  public static TlsConfig mutual(
      Path certificate, Path privateKey, Path trust, IdentityScheme scheme) {
    return new TlsConfig(
        certificate, privateKey, trust, scheme, Clients.CERTIFICATE, DEFAULT_RELOAD);
  }
}
