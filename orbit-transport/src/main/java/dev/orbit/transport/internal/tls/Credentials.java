package dev.orbit.transport.internal.tls;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.transport.security.TlsConfig;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.SslSocketAndEnginePeerVerifier;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate, key and trust of this process as the files have them. A change is taken only
 * whole: a certificate without its key, as between the two writes of a rotation, waits for the next
 * look. Thread-safe.
 */
final class Credentials {
  private static final Logger log = LoggerFactory.getLogger(Credentials.class);
  private static final byte[] PROBE = {1, 2, 3, 4};
  private static final byte[] NONE = {};

  private final TlsConfig config;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;

  private volatile Set<TrustAnchor> anchors = Set.of();

  // Guarded by this.
  private byte[] certificateBytes = NONE;
  private byte[] keyBytes = NONE;
  private byte[] trustBytes = NONE;
  private Instant expires = Instant.MIN;
  private String complaint = "";
  private long changes;

  /**
   * Reads the files for the first time.
   *
   * @throws ConfigurationException if one cannot be read or they do not fit together
   */
  Credentials(TlsConfig config, SslSocketAndEnginePeerVerifier verifier) {
    this.config = config;
    try {
      this.trust =
          AdvancedTlsX509TrustManager.newBuilder()
              // Nodes are named by SPIFFE IDs, not by the addresses at which they are found.
              .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
              .setSslSocketAndEnginePeerVerifier(verifier)
              .build();
      load();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new ConfigurationException(
          ErrorCode.BAD_CONFIGURATION,
          "tls: certificate %s, key %s and trust %s cannot be used: %s; give three PEM files that belong together"
              .formatted(config.certificate(), config.privateKey(), config.trust(), e),
          e);
    }
  }

  X509ExtendedKeyManager keys() {
    return keys;
  }

  X509ExtendedTrustManager trust() {
    return trust;
  }

  /**
   * Checks that the chain leads to what is trusted now.
   *
   * @throws GeneralSecurityException if it does not, or a certificate of it is not good at {@code
   *     now}
   */
  void check(X509Certificate[] chain, Instant now) throws GeneralSecurityException {
    Set<TrustAnchor> roots = anchors;
    List<X509Certificate> path =
        Arrays.stream(chain)
            .filter(link -> roots.stream().noneMatch(root -> link.equals(root.getTrustedCert())))
            .toList();
    PKIXParameters parameters = new PKIXParameters(roots);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
  }

  /** When the certificate of this process ends. */
  synchronized Instant expires() {
    return expires;
  }

  /** How often something new was taken, the first time included. */
  synchronized long changes() {
    return changes;
  }

  /** Takes what has changed. Reads files. What cannot be used changes nothing and is logged. */
  void reload() {
    try {
      if (load()) {
        log.info(
            "event=credentials-reloaded certificate={} expires={}",
            config.certificate(),
            expires());
      }
      complain("");
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      complain(e.toString());
    }
  }

  private synchronized void complain(String what) {
    if (!what.isEmpty() && !what.equals(complaint)) {
      log.warn(
          "event=credentials-not-reloaded certificate={} expires={} reason=\"{}\"",
          config.certificate(),
          expires,
          what);
    }
    complaint = what;
  }

  private synchronized boolean load() throws IOException, GeneralSecurityException {
    byte[] roots = Files.readAllBytes(config.trust());
    byte[] certificate = Files.readAllBytes(config.certificate());
    byte[] key = Files.readAllBytes(config.privateKey());
    boolean changed = false;
    if (!Arrays.equals(roots, trustBytes)) {
      X509Certificate[] read = certificates(config.trust(), roots);
      trust.updateTrustCredentials(read);
      anchors =
          Arrays.stream(read)
              .map(root -> new TrustAnchor(root, null))
              .collect(Collectors.toUnmodifiableSet());
      trustBytes = roots;
      changed = true;
    }
    if (!Arrays.equals(certificate, certificateBytes) || !Arrays.equals(key, keyBytes)) {
      X509Certificate[] chain = certificates(config.certificate(), certificate);
      PrivateKey privateKey = CertificateUtils.getPrivateKey(new ByteArrayInputStream(key));
      requirePair(chain[0], privateKey);
      keys.updateIdentityCredentials(chain, privateKey);
      certificateBytes = certificate;
      keyBytes = key;
      expires = chain[0].getNotAfter().toInstant();
      changed = true;
    }
    if (changed) {
      changes++;
    }
    return changed;
  }

  private static X509Certificate[] certificates(Path file, byte[] pem)
      throws GeneralSecurityException {
    X509Certificate[] read = CertificateUtils.getX509Certificates(new ByteArrayInputStream(pem));
    if (read.length == 0) {
      throw new GeneralSecurityException("no certificate in " + file);
    }
    return read;
  }

  private static void requirePair(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(PROBE);
    byte[] signature = signing.sign();
    Signature checking = Signature.getInstance(algorithm);
    checking.initVerify(certificate.getPublicKey());
    checking.update(PROBE);
    if (!checking.verify(signature)) {
      throw new GeneralSecurityException("the private key is not the certificate's");
    }
  }
}
