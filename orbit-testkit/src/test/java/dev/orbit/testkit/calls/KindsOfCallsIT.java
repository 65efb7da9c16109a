package dev.orbit.testkit.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import com.google.protobuf.Timestamp;
import dev.orbit.api.Actors;
import dev.orbit.client.OrbitClient;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import dev.orbit.testkit.calls.Goods.Color;
import dev.orbit.testkit.calls.Goods.Parcel;
import dev.orbit.testkit.calls.Goods.Stamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every kind of parameter and result means the same to an actor of the caller's node, to one of
 * another node, and from outside the cluster.
 */
class KindsOfCallsIT {
  private static Cluster cluster;
  private static OrbitClient client;

  enum From {
    SAME_NODE,
    OTHER_NODE,
    CLIENT
  }

  @BeforeAll
  static void start() {
    cluster = ClusterConfig.builder().nodes(2).voters(1).actors(ExchangeActor.class).start();
    client = OrbitClient.connect(cluster.node("node-1").endpoint().toString());
  }

  @AfterAll
  static void stop() {
    client.close();
    cluster.close();
  }

  private static Actors actors(From from) {
    return from == From.CLIENT ? client : cluster.actors("node-1");
  }

  /** The key of an actor that is not where the caller is, or is there; new for each prefix. */
  private static String key(From from, String prefix) {
    String host = from == From.SAME_NODE ? "node-1" : "node-2";
    return IntStream.range(0, 1_000)
        .mapToObj(i -> prefix + "-" + from + "-" + i)
        .filter(key -> cluster.nodeOf(cluster.actors().get(Exchange.class, key)).equals(host))
        .findFirst()
        .orElseThrow();
  }

  private static Exchange exchange(From from, String prefix) {
    return actors(from).get(Exchange.class, key(from, prefix));
  }

  private static Parcel parcel(String name, int weight) {
    return new Parcel(
        name,
        weight,
        Optional.of("fragile"),
        List.of(new Stamp(Instant.parse("2026-01-02T03:04:05.006Z"), Color.RED)));
  }

  @ParameterizedTest
  @EnumSource
  void plainValues(From from) {
    Exchange exchange = exchange(from, "plain");

    assertThat(exchange.sum(1, 2L, 3.5)).isEqualTo(6);
    assertThat(exchange.not(true)).isFalse();
    assertThat(exchange.reversed(new byte[] {1, 2, 3})).containsExactly(3, 2, 1);
    assertThat(exchange.doubled(new int[] {1, -4})).containsExactly(2, -8);
    assertThat(exchange.twice(Duration.ofMillis(1500))).isEqualTo(Duration.ofSeconds(3));
    assertThat(exchange.kind(3) + exchange.kind("x")).isEqualTo("int 3text x");
  }

  @ParameterizedTest
  @EnumSource
  void nothingAndPerhapsNothing(From from) {
    Exchange exchange = exchange(from, "none");

    assertThat(exchange.orNull(null)).isNull();
    assertThat(exchange.orNull("a")).isEqualTo("a");
    assertThat(exchange.maybe(Optional.empty())).isEmpty();
    assertThat(exchange.maybe(Optional.of("yes"))).contains("yes!");
  }

  @ParameterizedTest
  @EnumSource
  void recordsAndCollections(From from) {
    Exchange exchange = exchange(from, "values");

    assertThat(exchange.parcels(Set.of("b", "a"), Map.of(Color.RED, 2, Color.BLUE, 3)))
        .extracting(Parcel::name, Parcel::weight)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", 5),
            org.assertj.core.groups.Tuple.tuple("b", 5));
    assertThat(exchange.grouped(List.of(Map.of("a", 1), Map.of("a", 2, "b", 3))))
        .isEqualTo(Map.of("a", List.of(1, 2), "b", List.of(3)));
  }

  @ParameterizedTest
  @EnumSource
  void methodsOfAGenericParent(From from) {
    Exchange exchange = exchange(from, "generic");

    assertThat(exchange.repeat(parcel("p", 1))).isEqualTo(parcel("p", 1));
    assertThat(exchange.describe(Map.of("x", parcel("p", 7)))).containsExactly("x=7");
    assertThat(exchange.repeatLater(List.of(parcel("q", 2))).toCompletableFuture().join())
        .containsExactly(parcel("q", 2));
  }

  @ParameterizedTest
  @EnumSource
  void protobufMessages(From from) {
    Exchange exchange = exchange(from, "proto");

    assertThat(exchange.shout(StringValue.of("hey"))).isEqualTo(StringValue.of("HEY"));
    assertThat(
            exchange.joined(StringValue.of("at "), Timestamp.newBuilder().setSeconds(12).build()))
        .isEqualTo(StringValue.of("at 12"));
  }

  @ParameterizedTest
  @EnumSource
  void stages(From from) {
    Exchange exchange = exchange(from, "stages");

    assertThat(exchange.lengthLater("four").toCompletableFuture().join()).isEqualTo(4);
    assertThat(exchange.heaviestLater(List.of(parcel("a", 1), parcel("b", 2))).join())
        .contains(parcel("b", 2));
    assertThat(exchange.heaviestLater(List.of()).join()).isEmpty();
    assertThat(exchange.nothingLater().toCompletableFuture().join()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void nothingToReturnAndNobodyWhoWaits(From from) {
    Exchange exchange = exchange(from, "void");
    exchange.remember("first");

    exchange.rememberSoon("second");

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> exchange.remembered().equals(List.of("first", "second")));
  }

  @ParameterizedTest
  @EnumSource
  void references(From from) {
    Exchange exchange = exchange(from, "refs");
    String near = key(From.SAME_NODE, "friend");
    String far = key(From.OTHER_NODE, "friend");

    for (String key : List.of(near, far)) {
      Exchange friend = actors(from).get(Exchange.class, key);
      assertThat(exchange.askItsName(friend)).isEqualTo(key);
      assertThat(exchange.other(key)).isEqualTo(friend);
      assertThat(exchange.other(key).name()).isEqualTo(key);
    }
    assertThat(
            exchange.directory(
                List.of(
                    actors(from).get(Exchange.class, near), actors(from).get(Exchange.class, far))))
        .containsOnlyKeys(near, far)
        .allSatisfy((key, reference) -> assertThat(reference.name()).isEqualTo(key));
  }

  @ParameterizedTest
  @EnumSource
  void twoContractsOfOneClassNameTheSameActor(From from) {
    Exchange exchange = exchange(from, "two");
    Inspection inspection = actors(from).get(Inspection.class, key(from, "two"));
    exchange.remember("seen");

    assertThat(inspection.remembered()).containsExactly("seen");
    assertThat(inspection.inspect("who?")).isEqualTo("who? " + key(from, "two") + " 1");
  }

  @ParameterizedTest
  @EnumSource
  void neitherEndSeesWhatTheOtherChangesLater(From from) {
    Exchange exchange = exchange(from, "isolated");
    List<Parcel> sent = new ArrayList<>(List.of(parcel("a", 1)));
    Consumer<List<Parcel>> grow = list -> list.add(parcel("b", 2));

    List<Parcel> back = exchange.repeatLater(sent).toCompletableFuture().join();
    grow.accept(sent);

    assertThat(back).containsExactly(parcel("a", 1));
  }
}
