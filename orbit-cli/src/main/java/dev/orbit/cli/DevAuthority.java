package dev.orbit.cli;

import dev.orbit.transport.security.IdentityScheme;
import dev.orbit.transport.security.SpiffeId;
import dev.orbit.transport.security.TlsConfig;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/**
 * An authority for development, and what it issues. Its own key is forgotten when the process ends,
 * so that nobody can issue more in its name.
 */
final class DevAuthority {
  /** Certificates count from a little ago, because clocks differ. */
  private static final Duration LEEWAY = Duration.ofMinutes(5);

  private final IdentityScheme scheme;
  private final Instant until;
  private final X509Bundle root;

  /** An authority whose certificates are good for {@code validity}. */
  DevAuthority(IdentityScheme scheme, Instant now, Duration validity) {
    this.scheme = scheme;
    this.until = now.plus(validity);
    try {
      this.root =
          builder("CN=Orbit development authority of " + scheme.trustDomain(), now)
              .setIsCertificateAuthority(true)
              .setKeyUsage(true, CertificateBuilder.KeyUsage.keyCertSign)
              .buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException("the authority's certificate cannot be made", e);
    }
  }

  private CertificateBuilder builder(String subject, Instant now) {
    return new CertificateBuilder()
        .secureRandom(new SecureRandom())
        .ecp256()
        .subject(subject)
        .notBefore(now.minus(LEEWAY))
        .notAfter(until);
  }

  /**
   * Writes {@code cert.pem}, {@code key.pem} (for its owner alone) and {@code trust.pem}; replaces
   * what is there.
   */
  TlsConfig issue(Path folder, SpiffeId id, Instant now) {
    X509Bundle leaf;
    try {
      leaf =
          builder("CN=" + id.path().substring(id.path().lastIndexOf('/') + 1), now)
              .addSanUriName(id.toString())
              .setKeyUsage(true, CertificateBuilder.KeyUsage.digitalSignature)
              .addExtendedKeyUsageServerAuth()
              .addExtendedKeyUsageClientAuth()
              .buildIssuedBy(root);
    } catch (Exception e) {
      throw new IllegalStateException("no certificate for " + id, e);
    }
    TlsConfig config =
        TlsConfig.mutual(
            folder.resolve("cert.pem"),
            folder.resolve("key.pem"),
            folder.resolve("trust.pem"),
            scheme);
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(config.privateKey());
      if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
        Files.createFile(
            config.privateKey(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(config.privateKey(), leaf.getPrivateKeyPEM());
      Files.writeString(config.certificate(), leaf.getCertificatePEM());
      Files.writeString(config.trust(), root.getCertificatePEM());
    } catch (IOException e) {
      throw new UserError(
          ExitCodes.FAILED, "cannot write to %s: %s".formatted(folder, e.getMessage()));
    }
    return config;
  }
}
