package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.answerOf;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.echo;
import static dev.orbit.transport.TestCluster.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often a payload is copied between codec and network, over real streams. */
class CopiesIT {
  private static final long MIB = 1 << 20;

  /** What of a payload comes with the head of its frame, and is copied once more. */
  private static final long HEAD = 1024;

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final TransportConfig WHOLE =
      TransportConfig.builder(TestCluster.QUICK).bulk(BulkConfig.OFF).build();

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private record Counts(
      TransportCounts.Payloads requestsOut,
      TransportCounts.Payloads requestsIn,
      TransportCounts.Payloads answersOut,
      TransportCounts.Payloads answersIn) {
    static Counts of(Transport client, Transport node) {
      return new Counts(
          client.counts().payloadsOut(),
          node.counts().payloadsIn(),
          node.counts().payloadsOut(),
          client.counts().payloadsIn());
    }

    Counts since(Counts before) {
      return new Counts(
          minus(requestsOut, before.requestsOut),
          minus(requestsIn, before.requestsIn),
          minus(answersOut, before.answersOut),
          minus(answersIn, before.answersIn));
    }

    private static TransportCounts.Payloads minus(
        TransportCounts.Payloads after, TransportCounts.Payloads before) {
      return new TransportCounts.Payloads(
          after.copiedBytes() - before.copiedBytes(), after.savedBytes() - before.savedBytes());
    }
  }

  /**
   * What so many echoes of that size cost, one after the other, on streams that are in use.
   *
   * @param least how often each byte is copied where it goes out and where it comes in: an end
   *     counts when it has written and read, and so may count late
   */
  private Counts cost(Transport client, Transport node, int calls, int bytes, Least least)
      throws Exception {
    answerOf(client.request(id("b"), call(new byte[bytes], LONG)));
    await().atMost(LONG).until(() -> hasCounted(Counts.of(client, node), least, bytes));
    Counts before = Counts.of(client, node);
    for (int i = 0; i < calls; i++) {
      answerOf(client.request(id("b"), call(new byte[bytes], LONG)));
    }
    await()
        .atMost(LONG)
        .until(
            () -> hasCounted(Counts.of(client, node).since(before), least, (long) calls * bytes));
    return Counts.of(client, node).since(before);
  }

  private record Least(int out, int in) {}

  private static boolean hasCounted(Counts counts, Least least, long bytes) {
    return counts.requestsIn.copiedBytes() >= least.in * bytes
        && counts.answersOut.copiedBytes() >= least.out * bytes;
  }

  @Test
  void aPayloadOfOneMebibyteIsCopiedOnceAtEachEndOfTheNetwork() throws Exception {
    Transport node = cluster.node("b", WHOLE, 0, echo());
    Transport client = cluster.client(WHOLE, TestCluster.NAME);

    Counts cost = cost(client, node, 10, (int) MIB, new Least(1, 1));

    TransportCounts.Payloads out = new TransportCounts.Payloads(10 * MIB, 20 * MIB);
    assertThat(cost.requestsOut).isEqualTo(out);
    assertThat(cost.answersOut).isEqualTo(out);
    assertThat(cost.requestsIn.copiedBytes()).isBetween(10 * MIB, 10 * (MIB + HEAD));
    assertThat(cost.answersIn.copiedBytes()).isBetween(10 * MIB, 10 * (MIB + HEAD));
    assertThat(cost.requestsIn.savedBytes()).isBetween(10 * (2 * MIB - HEAD), 20 * MIB);
    assertThat(cost.answersIn.savedBytes()).isBetween(10 * (2 * MIB - HEAD), 20 * MIB);
  }

  @Test
  void aSmallPayloadIsCopiedTwiceAtEachEndBecauseOneWriteAndOneReadAreWorthMore() throws Exception {
    Transport node = cluster.node("b", WHOLE, 0, echo());
    Transport client = cluster.client(WHOLE, TestCluster.NAME);

    Counts cost = cost(client, node, 10, 100, new Least(2, 2));

    TransportCounts.Payloads each = new TransportCounts.Payloads(2_000, 1_000);
    assertThat(cost).isEqualTo(new Counts(each, each, each, each));
  }

  @Test
  void aPayloadInPartsIsCopiedOnceMoreWhereItIsPutTogether() throws Exception {
    Transport node = cluster.node("b", echo());
    Transport client = cluster.client();

    Counts cost = cost(client, node, 10, (int) MIB, new Least(1, 2));

    // Beside the parts there are some words about them, which protobuf writes and reads.
    long parts = MIB / BulkConfig.DEFAULT.partBytes();
    long words = 10 * (parts + 4) * 64;
    assertThat(cost.requestsOut.copiedBytes()).isBetween(10 * MIB, 10 * MIB + words);
    assertThat(cost.requestsOut.savedBytes()).isEqualTo(20 * MIB);
    assertThat(cost.requestsIn.copiedBytes())
        .isBetween(20 * MIB, 10 * (2 * MIB + parts * HEAD) + words);
    assertThat(cost.answersIn.copiedBytes())
        .isBetween(20 * MIB, 10 * (2 * MIB + parts * HEAD) + words);
  }

  /** The counters know of the copies that somebody counts; this knows of all on the heap. */
  @Test
  void nothingBesideThePayloadItselfIsMadeOnTheHeap() throws Exception {
    Transport node = cluster.node("b", WHOLE, 0, echo());
    Transport client = cluster.client(WHOLE, TestCluster.NAME);
    cost(client, node, 20, (int) MIB, new Least(1, 1));
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getTotalThreadAllocatedBytes();

    cost(client, node, 20, (int) MIB, new Least(1, 1));

    // What is sent, and what each end has read, 21 times; a copy anywhere would be 21 more.
    long made = threads.getTotalThreadAllocatedBytes() - before;
    assertThat(made).isBetween(3 * 21 * MIB, 3 * 21 * MIB + 21 * MIB / 4);
  }
}
