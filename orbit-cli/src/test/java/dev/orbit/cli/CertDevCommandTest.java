package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CertDevCommandTest {
  @TempDir Path folder;

  @Test
  void makesACertificateForEachNodeAndClient() throws Exception {
    StringWriter printed = new StringWriter();
    int exit =
        new CommandLine(new CertDevCommand())
            .setOut(new PrintWriter(printed, true))
            .execute(
                "--out",
                folder.toString(),
                "--cluster",
                "shop",
                "--nodes",
                "a,b",
                "--clients",
                "web",
                "--days",
                "7");

    assertThat(exit).isZero();
    assertThat(uri("a")).isEqualTo("spiffe://orbit.dev/orbit/shop/node/a");
    assertThat(uri("web")).isEqualTo("spiffe://orbit.dev/client/web");
    assertThat(printed.toString()).contains("spiffe://orbit.dev/orbit/shop/node/b");
    X509Certificate root = read(folder.resolve("b/trust.pem"));
    read(folder.resolve("b/cert.pem")).verify(root.getPublicKey());
    assertThat(Files.readString(folder.resolve("a/trust.pem")))
        .isEqualTo(Files.readString(folder.resolve("web/trust.pem")));
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("a/key.pem"))))
        .isEqualTo("rw-------");
  }

  private String uri(String name) throws Exception {
    List<?> only =
        read(folder.resolve(name).resolve("cert.pem"))
            .getSubjectAlternativeNames()
            .iterator()
            .next();
    return String.valueOf(only.get(1));
  }

  private static X509Certificate read(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
