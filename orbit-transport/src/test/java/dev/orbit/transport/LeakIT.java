package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.answerOf;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.echo;
import static dev.orbit.transport.TestCluster.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.address.Endpoint;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeakIT {
  private static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  private static int files() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? 0 : open.length;
  }

  /** Two nodes that talk both ways, a client, an attempt at a node that is not there. */
  private static void openUseAndClose() throws Exception {
    try (TestCluster cluster = new TestCluster()) {
      Transport a = cluster.node("a", echo());
      Transport b = cluster.node("b", echo());
      Transport client = cluster.client();
      cluster.locate(id("nobody"), new Endpoint("127.0.0.1", 1));
      answerOf(a.request(id("b"), call("x")));
      answerOf(b.request(id("a"), call("x")));
      answerOf(client.request(id("b"), call("x")));
      client.request(id("nobody"), call("x"));
      client.connectionInfo(a.listening().orElseThrow()).toCompletableFuture().join();
    }
  }

  @Test
  void leavesNoThreadAndNoFileBehindAfterFiftyLives() throws Exception {
    for (int i = 0; i < 5; i++) {
      openUseAndClose();
    }
    int threadsBefore = threads();
    int filesBefore = files();

    for (int i = 0; i < 50; i++) {
      openUseAndClose();
    }

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(threads()).isLessThanOrEqualTo(threadsBefore + 2);
              assertThat(files()).isLessThanOrEqualTo(filesBefore + 2);
            });
  }
}
