package dev.orbit.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that only calls actors carries no server, Raft or storage code. */
class ClientClassPathTest {

  private static final List<String> FORBIDDEN =
      List.of(
          "orbit-raft",
          "orbit-runtime",
          "orbit-testkit",
          "atomix",
          "kryo",
          "hikaricp",
          "sqlite",
          "postgresql",
          "jdbc",
          "junit");

  @Test
  void aClientCarriesNoServerRaftOrStorageCode() {
    Path file = Repository.root().resolve("orbit-client/target/runtime-classpath.txt");
    assertThat(file).as("written when orbit-client is built").exists();

    String classPath = Repository.read(file);

    assertThat(classPath).as("the list is that of the client").contains("orbit-transport");
    assertThat(forbidden(classPath)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m2/io/atomix/atomix-raft/3.1.12/atomix-raft-3.1.12.jar",
        "orbit-raft/target/orbit-raft-0.1.0-SNAPSHOT.jar",
        "orbit-runtime/target/classes",
        "m2/com/zaxxer/HikariCP/7.1.0/HikariCP-7.1.0.jar",
        "m2/org/xerial/sqlite-jdbc/3.54.1.0/sqlite-jdbc-3.54.1.0.jar",
        "m2/org/postgresql/postgresql/42.7.14/postgresql-42.7.14.jar"
      })
  void findsWhatAClientMustNotCarry(String planted) {
    String classPath = "m2/io/grpc/grpc-api.jar" + File.pathSeparator + planted;

    assertThat(forbidden(classPath)).containsExactly(planted);
  }

  @Test
  void judgesEntriesAndNotTheFolderOfTheCheckout() {
    String root = Repository.root() + "-jdbc-atomix";

    assertThat(forbidden(root + "/orbit-api/target/classes")).isEmpty();
  }

  private static List<String> forbidden(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator, -1))
        .filter(entry -> FORBIDDEN.stream().anyMatch(artifact(Path.of(entry.strip()))::contains))
        .toList();
  }

  /** The name of the jar, or of the module whose class folder it is. */
  private static String artifact(Path entry) {
    int names = entry.getNameCount();
    boolean folder = !entry.toString().endsWith(".jar");
    Path name = folder && names >= 3 ? entry.getName(names - 3) : entry.getFileName();
    return String.valueOf(name).toLowerCase(Locale.ROOT);
  }
}
