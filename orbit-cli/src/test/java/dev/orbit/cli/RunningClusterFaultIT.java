package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.OrbitException;
import dev.orbit.client.OrbitClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What users and strangers do to a running cluster. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RunningClusterFaultIT {
  private static final int STRANGERS = 50;

  /** Threads of pools that live a little longer than what they were started for. */
  private static final int THREADS_TO_SPARE = 8;

  @TempDir private static Path directory;
  private static CliProcess dev;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    CliProcess.rehearse();
    dev =
        CliProcess.start(
            directory, "dev", "--nodes", "1", "--demo", "bank", "--load", "0", "-o", "json");
    dev.awaitEvent("ready", Duration.ofMinutes(1));
  }

  @AfterAll
  static void stop() {
    dev.close();
  }

  static Stream<Arguments> calls() {
    String account = "actor call bank.Account/table ";
    return Stream.of(
        arguments(account + "deposit \"d1\" 500", ExitCodes.OK, "500", ""),
        arguments(account + "deposit \"d1\" 500", ExitCodes.OK, "500", ""),
        arguments(account + "balance", ExitCodes.OK, "500", ""),
        arguments(account + "withdraw \"w1\" 501", ExitCodes.FAILED, "", "InsufficientFunds"),
        arguments(account + "deposit \"d2\" 0", ExitCodes.FAILED, "", "amount of 0 cents"),
        arguments(account + "deposit 1", ExitCodes.FAILED, "", "ORBIT-100"),
        arguments(account + "deposit \"d3\" \"much\"", ExitCodes.FAILED, "", "ORBIT-1005"),
        arguments(account + "rob", ExitCodes.FAILED, "", "ORBIT-1004"),
        arguments("actor call casino.Table/1 play", ExitCodes.FAILED, "", "ORBIT-1003"),
        arguments(
            "actor call bank.Account/7 balance --key-type int64",
            ExitCodes.FAILED,
            "",
            "ORBIT-1010"),
        arguments("actor call bank.Account balance", ExitCodes.FAILED, "", "ORBIT-1010"),
        arguments("node start n1", ExitCodes.FAILED, "", "orbit node kill n1"),
        arguments("node ls", ExitCodes.OK, "ready, leader", ""),
        arguments("cluster status", ExitCodes.OK, "1 of 1 nodes ready", ""),
        arguments("dev --nodes 1", ExitCodes.FAILED, "", "belongs to a running cluster"));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void everyCommandIsAnsweredClearly(String line, int exitCode, String out, String err)
      throws Exception {
    Cli cli = CliProcess.run(directory, line.split(" "));

    assertThat(cli.exitCode()).as(cli.toString()).isEqualTo(exitCode);
    assertThat(cli.out()).contains(out);
    assertThat(cli.err()).contains(err).doesNotContain("\tat ");
    assertThat(cli.err().lines()).hasSizeLessThanOrEqualTo(2);
    assertThat(cli.err().isEmpty()).isEqualTo(exitCode == ExitCodes.OK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc", "raft"})
  void garbageOnAPortLeavesTheNodeAsItWas(String port) throws Exception {
    Endpoint endpoint = endpoint(port);
    Random random = new Random(7);
    byte[] garbage = new byte[4_096];
    visit(endpoint, garbage);
    Usage before = Usage.settled(pid());

    for (int i = 0; i < STRANGERS; i++) {
      random.nextBytes(garbage);
      visit(endpoint, garbage);
      visit(endpoint, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    assertUnchanged(before);
  }

  @Test
  void aMessageOfTwentyMebibytesIsRefusedAndTheNodeStaysAsItWas() throws Exception {
    ActorAddress actor = ActorAddress.parse("bank.Account/big", ActorAddress.Kind.STRING);
    String arguments = "[\"" + "x".repeat(20 << 20) + "\",1]";
    JsonCall call = new JsonCall(endpoint("grpc"), Duration.ofSeconds(20));
    call.call(actor, "deposit", arguments);
    Usage before = Usage.settled(pid());

    for (int i = 0; i < 5; i++) {
      CallAnswer answer = call.call(actor, "deposit", arguments);

      assertThat(answer).isInstanceOf(CallAnswer.Failure.class);
    }

    assertUnchanged(before);
  }

  @Test
  void aClientOfAnotherClusterIsToldSo() throws Exception {
    String endpoint = endpoint("grpc").toString();
    Usage before = Usage.settled(pid());

    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(
              () -> OrbitClient.builder().cluster("elsewhere").endpoints(endpoint).connect())
          .isInstanceOfSatisfying(
              OrbitException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WRONG_CLUSTER))
          .hasMessageContaining("elsewhere")
          .hasMessageContaining(ClusterPlan.CLUSTER);
    }

    assertUnchanged(before);
  }

  private static void visit(Endpoint endpoint, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral(endpoint.host()), endpoint.port())) {
      socket.setSoTimeout(2_000);
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (SocketException e) {
      // The node may close on a stranger before it has read all of what he sends.
      assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|closed).*");
    }
  }

  /** It answers, and holds no more descriptors or threads than before. */
  private static void assertUnchanged(Usage before) throws Exception {
    Cli call = CliProcess.run(directory, "actor", "call", "bank.Account/after", "balance");
    assertThat(call.exitCode()).as(call.err()).isEqualTo(ExitCodes.OK);
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () -> {
              Usage now = Usage.of(pid());
              assertThat(now.descriptors()).isLessThanOrEqualTo(before.descriptors());
              assertThat(now.threads()).isLessThanOrEqualTo(before.threads() + THREADS_TO_SPARE);
            });
    System.out.printf("[figures] before %s, after %s%n", before, Usage.of(pid()));
  }

  private static JsonNode node() throws Exception {
    Cli ls = CliProcess.run(directory, "node", "ls", "-o", "json");
    return JsonMapper.shared().readTree(ls.out()).get(0);
  }

  private static long pid() throws Exception {
    return new DataDirectory(directory).readNode("n1").orElseThrow().process().pid();
  }

  private static Endpoint endpoint(String port) throws Exception {
    return Endpoint.parse(node().get(port).asString());
  }

  /** What a process holds at a moment. */
  private record Usage(long descriptors, long threads) {
    static Usage of(long pid) throws IOException {
      return new Usage(count("/proc/" + pid + "/fd"), count("/proc/" + pid + "/task"));
    }

    /** Taken when nothing has changed for a while. */
    static Usage settled(long pid) {
      Usage[] last = new Usage[1];
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                Usage now = of(pid);
                boolean same = now.equals(last[0]);
                last[0] = now;
                return same;
              });
      return last[0];
    }

    private static long count(String directory) throws IOException {
      try (Stream<Path> files = Files.list(Path.of(directory))) {
        return files.count();
      }
    }
  }
}
