package dev.orbit.transport.security;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** An authority that lives as long as a test. */
public final class TestAuthority {
  /** The trust domain of the tests. */
  public static final String DOMAIN = "orbit.test";

  public static final IdentityScheme SCHEME = IdentityScheme.of(DOMAIN);

  private final X509Bundle root;

  public TestAuthority() throws Exception {
    this.root = builder("CN=test authority").setIsCertificateAuthority(true).buildSelfSigned();
  }

  private static CertificateBuilder builder(String subject) {
    return new CertificateBuilder()
        .ecp256()
        .subject(subject)
        .notBefore(Instant.now().minus(Duration.ofDays(2)))
        .notAfter(Instant.now().plus(Duration.ofDays(2)));
  }

  public String rootPem() {
    return root.getCertificatePEM();
  }

  /** Files for {@code uri}, good until then; trusts this authority. */
  public TlsConfig issue(Path folder, String uri, Instant until) throws Exception {
    Files.createDirectories(folder);
    TlsConfig config =
        new TlsConfig(
            folder.resolve("cert.pem"),
            folder.resolve("key.pem"),
            folder.resolve("trust.pem"),
            SCHEME,
            TlsConfig.Clients.CERTIFICATE,
            Duration.ofMillis(50));
    renew(config, uri, until);
    Files.writeString(config.trust(), rootPem());
    return config;
  }

  public TlsConfig issue(Path folder, String uri) throws Exception {
    return issue(folder, uri, Instant.now().plus(Duration.ofDays(1)));
  }

  /** Replaces certificate and key. */
  public void renew(TlsConfig config, String uri, Instant until) throws Exception {
    X509Bundle leaf =
        builder("CN=leaf")
            .notAfter(until)
            .addSanUriName(uri)
            .addExtendedKeyUsageServerAuth()
            .addExtendedKeyUsageClientAuth()
            .buildIssuedBy(root);
    Files.writeString(config.privateKey(), leaf.getPrivateKeyPEM());
    Files.writeString(config.certificate(), leaf.getCertificatePEM());
  }
}
