package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.answerOf;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.echo;
import static dev.orbit.transport.TestCluster.id;
import static dev.orbit.transport.TestCluster.text;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.transport.grpc.Transports;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamsIT {
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void answersARequestOfOneNodeToAnother() throws Exception {
    CompletableFuture<Message> seen = new CompletableFuture<>();
    cluster.node(
        "b",
        (message, replies) -> {
          seen.complete(message);
          echo().onMessage(message, replies);
        });
    Transport a = cluster.node("a", echo());

    Message answer = answerOf(a.request(id("b"), call("hello")));

    assertThat(text(answer)).isEqualTo("hello");
    assertThat(answer.content()).isEqualTo(new Content.InvocationResponse(""));
    assertThat(answer.source()).isEqualTo(id("b"));
    assertThat(answer.headers().sourceIncarnation()).isEqualTo(7);
    Message request = seen.get(1, SECONDS);
    assertThat(request.source()).isEqualTo(id("a"));
    assertThat(request.headers().remainingMicros()).isBetween(1L, 20_000_000L);
  }

  @Test
  void answersAClientThatKnewAnEndpointOnly() throws Exception {
    Transport b = cluster.node("b", echo());
    LearnedNodes learned = new LearnedNodes();
    try (Transport client =
        Transports.client(
            cluster.environment, TestCluster.QUICK, NodeIdentity.client(""), learned)) {

      Content.InfoResponse info =
          client.connectionInfo(b.listening().orElseThrow()).toCompletableFuture().get(10, SECONDS);
      learned.learn(b.listening().orElseThrow(), info);
      Message answer = answerOf(client.request(info.node(), call("hello")));

      assertThat(info.node()).isEqualTo(id("b"));
      assertThat(info.viewVersion()).isEqualTo(3);
      assertThat(text(answer)).isEqualTo("hello");
      assertThat(client.listening()).isEmpty();
    }
  }

  @Test
  void deliversAHundredThousandMessagesInTheOrderInWhichOneThreadSentThem() throws Exception {
    int count = 100_000;
    Queue<String> arrived = new ConcurrentLinkedQueue<>();
    CountDownLatch all = new CountDownLatch(count);
    cluster.node(
        "b",
        (message, replies) -> {
          arrived.add(text(message));
          echo().onMessage(message, replies);
        });
    Transport client = cluster.client();
    Semaphore window = new Semaphore(1000);

    for (int i = 0; i < count; i++) {
      assertThat(window.tryAcquire(20, SECONDS)).isTrue();
      client
          .request(id("b"), call(Integer.toString(i)))
          .whenComplete(
              (answer, error) -> {
                window.release();
                if (error == null) {
                  all.countDown();
                }
              });
    }

    assertThat(all.await(30, SECONDS)).isTrue();
    List<String> expected = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      expected.add(Integer.toString(i));
    }
    assertThat(arrived).containsExactlyElementsOf(expected);
  }
}
