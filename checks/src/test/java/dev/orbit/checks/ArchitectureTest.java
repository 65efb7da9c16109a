package dev.orbit.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of {@link ArchitectureRules}, over all main code and over code that breaks them. */
class ArchitectureTest {

  private static final JavaClasses MAIN =
      new ClassFileImporter().importPaths(Repository.mainClassFolders());

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> mainCodeKeepsTheRule() {
    return ArchitectureRules.all().entrySet().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(MAIN)));
  }

  @Test
  void readsTheClassFilesOfThisJdk() {
    assertThat(MAIN.get("dev.orbit.api.env.Environment").getMethods()).isNotEmpty();
    assertThat(MAIN.get("dev.orbit.proto.wire.MessageProto").getMethods()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "public io.grpc.Status a() { return null; }",
        "protected void a(io.netty.channel.Channel b) {}",
        "public java.util.List<com.google.protobuf.ByteString> a;",
        "public A(io.grpc.Metadata b) {}",
        "public void a() throws io.grpc.StatusException {}",
        "public dev.orbit.proto.wire.MessageProto a() { return null; }",
        "public static class B extends io.grpc.ClientInterceptors.CheckedForwardingClientCall<A, A>"
            + " { B() { super(null); } protected void checkedStart(Listener<A> l,"
            + " io.grpc.Metadata m) {} }",
      })
  void findsALibraryInAPublicSignature(String member) throws Exception {
    String source = "package dev.orbit.transport; public class A { " + member + " }";

    assertBroken(ArchitectureRules.LIBRARIES_STAY_HIDDEN, "dev.orbit.transport.A", source);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev.orbit.transport.spi", "dev.orbit.raft.internal.grpc"})
  void acceptsALibraryWhereItBelongs(String name) throws Exception {
    assertKept(
        ArchitectureRules.LIBRARIES_STAY_HIDDEN,
        "package " + name + "; public class A { public io.grpc.Status a() { return null; } }");
  }

  @Test
  void acceptsALibraryInWhatNobodyOutsideSees() throws Exception {
    assertKept(
        ArchitectureRules.LIBRARIES_STAY_HIDDEN,
        "package dev.orbit.transport; public class A { io.grpc.Status a() { return null; }"
            + " static class B { public io.grpc.Status c; } }");
  }

  @Test
  void findsAtomixOutsideItsPackage() throws Exception {
    String body = "class A { Class<?> a() { return io.atomix.protocols.raft.RaftServer.class; } }";

    assertBroken(
        ArchitectureRules.ATOMIX_IN_ONE_PACKAGE,
        "io.atomix.protocols.raft.RaftServer",
        "package dev.orbit.raft.membership; " + body);
    assertKept(
        ArchitectureRules.ATOMIX_IN_ONE_PACKAGE, "package dev.orbit.raft.internal.atomix; " + body);
  }

  @Test
  void findsACycleOfPackages() throws Exception {
    assertBroken(
        ArchitectureRules.NO_CYCLES,
        "Cycle detected",
        "package dev.orbit.runtime.a; public class A { dev.orbit.runtime.b.B b; }",
        "package dev.orbit.runtime.b; public class B { dev.orbit.runtime.a.A a; }");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api knows proto",
        "transport knows raft",
        "transport knows client",
        "transport knows runtime",
        "client knows raft",
        "client knows runtime",
        "raft knows client",
        "raft knows runtime",
        "runtime knows testkit",
        "examples knows raft"
      })
  void findsADependencyAgainstTheDirection(String fault) throws Exception {
    List<String> parts = List.of(fault.split(" knows ", -1));

    assertBroken(
        ArchitectureRules.DIRECTION,
        "dev.orbit." + parts.get(1) + ".x.B",
        "package dev.orbit."
            + parts.get(0)
            + ".x; class A { dev.orbit."
            + parts.get(1)
            + ".x.B b; }",
        "package dev.orbit." + parts.get(1) + ".x; public class B {}");
  }

  @Test
  void findsAPackageThatBelongsToNoModule() throws Exception {
    assertBroken(
        ArchitectureRules.DIRECTION, "dev.orbit.misc.A", "package dev.orbit.misc; class A {}");
  }

  @Test
  void findsALibraryInTheApi() throws Exception {
    assertBroken(
        ArchitectureRules.API_KNOWS_NO_LIBRARY,
        "org.slf4j.Logger",
        "package dev.orbit.api; class A { org.slf4j.Logger log; }");
  }

  @Test
  void findsStorageInTheClient() throws Exception {
    assertBroken(
        ArchitectureRules.NO_STORAGE_IN_CLIENT,
        "java.sql.Connection",
        "package dev.orbit.client; class A { java.sql.Connection a; }");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "System.nanoTime()",
        "System.currentTimeMillis()",
        "java.time.Instant.now()",
        "java.time.LocalDate.now()",
        "java.time.Clock.systemUTC()",
        "new java.util.Random()",
        "new java.security.SecureRandom()",
        "java.util.UUID.randomUUID()",
        "Math.random()",
        "java.util.concurrent.ThreadLocalRandom.current()",
        "java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()",
        "java.util.concurrent.ForkJoinPool.commonPool()",
        "java.util.concurrent.CompletableFuture.supplyAsync(() -> 1)",
        "new java.util.concurrent.CompletableFuture<A>().orTimeout(1, null)",
        "Thread.ofVirtual()",
        "Thread.ofPlatform()",
        "Thread.startVirtualThread(() -> {})",
        "new Thread(() -> {})",
        "new Thread() {}",
        "new java.util.Timer()",
        "(java.util.function.LongSupplier) System::nanoTime"
      })
  void findsWhatMustComeFromTheEnvironment(String expression) throws Exception {
    String body = "class A { Object a() { return " + expression + "; } }";

    assertBroken(
        ArchitectureRules.ENVIRONMENT_ONLY,
        "dev.orbit.runtime.A",
        "package dev.orbit.runtime; " + body);
    assertKept(ArchitectureRules.ENVIRONMENT_ONLY, "package dev.orbit.transport.env; " + body);
  }

  @Test
  void findsASleep() throws Exception {
    assertBroken(
        ArchitectureRules.ENVIRONMENT_ONLY,
        "java.lang.Thread.sleep",
        "package dev.orbit.raft; class A { void a() throws Exception { Thread.sleep(1); } }");
  }

  @Test
  void acceptsAsynchronousWorkOnAGivenExecutor() throws Exception {
    assertKept(
        ArchitectureRules.ENVIRONMENT_ONLY,
        "package dev.orbit.runtime; class A { Object a(java.util.concurrent.Executor e)"
            + " { return java.util.concurrent.CompletableFuture.supplyAsync(() -> 1, e); } }");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "class A { Object a(java.io.InputStream b) throws Exception"
            + " { return new java.io.ObjectInputStream(b).readObject(); } }",
        "class A { void a(java.io.ObjectOutputStream b) throws Exception { b.writeObject(b); } }",
        "record A(int b) implements java.io.Serializable {}"
      })
  void findsJavaSerialization(String body) throws Exception {
    assertBroken(
        ArchitectureRules.NO_JAVA_SERIALIZATION,
        "dev.orbit.client.A",
        "package dev.orbit.client; " + body);
  }

  @Test
  void acceptsExceptionsAndEnums() throws Exception {
    assertKept(
        ArchitectureRules.NO_JAVA_SERIALIZATION,
        "package dev.orbit.client; class A extends RuntimeException { enum B { C } }");
  }

  private void assertBroken(ArchRule rule, String named, String... sources) throws Exception {
    var report = rule.evaluate(PlantedCode.compile(folder.resolve("broken"), sources));

    assertThat(report.getFailureReport().getDetails())
        .as(rule.getDescription())
        .isNotEmpty()
        .anySatisfy(detail -> assertThat(detail).contains(named));
  }

  private void assertKept(ArchRule rule, String... sources) throws Exception {
    var report = rule.evaluate(PlantedCode.compile(folder.resolve("kept"), sources));

    assertThat(report.getFailureReport().getDetails()).as(rule.getDescription()).isEmpty();
  }
}
