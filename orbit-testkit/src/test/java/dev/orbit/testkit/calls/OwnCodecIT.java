package dev.orbit.testkit.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.Actors;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.OrbitClient;
import dev.orbit.client.codec.PayloadCodec;
import dev.orbit.runtime.OrbitNode;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An encoding that an application brings, over sockets and within a node. */
class OwnCodecIT {
  private static Cluster cluster;
  private static OrbitClient client;

  enum From {
    SAME_NODE,
    OTHER_NODE,
    CLIENT
  }

  /** Texts; no node has it. */
  private static final class TextCodec implements PayloadCodec {
    @Override
    public int id() {
      return FIRST_USER_ID + 1;
    }

    @Override
    public String name() {
      return "text";
    }

    @Override
    public boolean supports(Type type) {
      return type == String.class;
    }

    @Override
    public byte[] encodeValue(Type type, @Nullable Object value) {
      return String.valueOf(value).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String decodeValue(Type type, byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  @BeforeAll
  static void start() {
    // region: both
    cluster =
        ClusterConfig.builder()
            .nodes(2)
            .voters(1)
            .actors(PurseActor.class)
            .customizer((name, node) -> node.codec(new MoneyCodec()))
            .start();
    client =
        OrbitClient.builder()
            .endpoint(cluster.node("node-1").endpoint())
            .codec(new MoneyCodec())
            .connect();
    // endregion
  }

  @AfterAll
  static void stop() {
    client.close();
    cluster.close();
  }

  private static Purse purse(From from) {
    String host = from == From.SAME_NODE ? "node-1" : "node-2";
    Actors actors = from == From.CLIENT ? client : cluster.actors("node-1");
    return IntStream.range(0, 1_000)
        .mapToObj(i -> "purse-" + from + "-" + i)
        .filter(key -> cluster.nodeOf(cluster.actors().get(Purse.class, key)).equals(host))
        .map(key -> actors.get(Purse.class, key))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void argumentsAndResultsTravelByIt(From from) {
    Purse purse = purse(from);
    int before = MoneyCodec.WRITTEN.get();

    Money first = purse.add(Money.of(500, "EUR"));
    int written = MoneyCodec.WRITTEN.get() - before;
    Money given = purse.exchange(Money.of(200, "EUR"), Money.of(30, "EUR"));
    purse.drop(Money.of(70, "EUR"));

    assertThat(first).isEqualTo(Money.of(500, "EUR"));
    assertThat(written).isEqualTo(2);
    assertThat(given).isEqualTo(Money.of(200, "EUR"));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(purse.content()).isEqualTo(Money.of(400, "EUR")));
    assertThat(purse.currency("?")).isEqualTo("EUR");
  }

  @ParameterizedTest
  @EnumSource
  void whatItRefusesIsToldAtOnce(From from) {
    Purse purse = purse(from);

    assertThatThrownBy(() -> purse.add(none()))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("ORBIT-1005")
        .hasMessageContaining("an amount is needed");
    assertThat(purse.currency("?")).isEqualTo("EUR");
  }

  @SuppressWarnings("NullAway") // What a caller does who is not checked.
  private static Money none() {
    return null;
  }

  @Test
  void anEndWithoutItSaysSo() {
    try (OrbitClient strange =
        OrbitClient.builder()
            .endpoint(cluster.node("node-1").endpoint())
            .codec(new MoneyCodec())
            .codec(new TextCodec())
            .connect()) {
      assertThatThrownBy(() -> strange.get(Purse.class, "strange").currency("?"))
          .isInstanceOf(NotExecutedException.class)
          .hasMessageContaining("ORBIT-1005")
          .hasMessageContaining("codec 17, which this end does not have");
    }
  }

  @Test
  void anIdThatIsTakenStopsTheStart() {
    List<OrbitNode.Builder> bad =
        List.of(
            OrbitNode.builder().codec(new MoneyCodec()).codec(new MoneyCodec()),
            OrbitNode.builder().codec(new Reserved()));

    assertThat(bad)
        .allSatisfy(
            node ->
                assertThatThrownBy(node::start)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("id"));
  }

  /** Would be taken for JSON. */
  private static final class Reserved implements PayloadCodec {
    @Override
    public int id() {
      return 1;
    }

    @Override
    public String name() {
      return "reserved";
    }

    @Override
    public boolean supports(Type type) {
      return false;
    }

    @Override
    public byte[] encodeValue(Type type, @Nullable Object value) {
      throw new AssertionError("it supports nothing");
    }

    @Override
    public Object decodeValue(Type type, byte[] bytes) {
      throw new AssertionError("it supports nothing");
    }
  }
}
