package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.Endpoint;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.simulated.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PulsesTest {
  private static final Duration HEARTBEAT = Duration.ofMillis(200);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final VirtualTime time = new VirtualTime(1);
  private final List<List<String>> silences = new ArrayList<>();
  private Pulses pulses;

  @BeforeEach
  void lead() {
    pulses = pulses(Map.of("n1", at(1), "n2", at(2), "n3", at(3)));
    pulses.begin();
  }

  private Pulses pulses(Map<String, Endpoint> voters) {
    return new Pulses(
        time.node(),
        EngineConfig.builder("g", "n1", voters, Path.of("unused"))
            .heartbeatInterval(HEARTBEAT)
            .build(),
        silences::add);
  }

  private static Endpoint at(int port) {
    return new Endpoint("127.0.0.1", port);
  }

  private void append(String peer) {
    pulses.sent(peer);
    pulses.over(peer, true);
  }

  @Test
  void whoHearsAppendsAsOftenAsHeartbeatsComeNeedsNothingElse() {
    for (int i = 0; i < 50; i++) {
      append("n2");
      append("n3");
      time.run(HEARTBEAT);
    }

    assertThat(silences).isEmpty();
  }

  @Test
  void aPeerIsSilentAtEachLookWhileAnAppendWaits() {
    pulses.sent("n2");
    pulses.sent("n2");
    pulses.over("n2", true);
    for (int i = 0; i < 5; i++) {
      append("n3");
      time.run(HEARTBEAT);
    }
    time.run(Duration.ofMillis(1));
    int whileItWaits = silences.size();
    pulses.over("n2", true);
    append("n2");
    append("n3");
    time.run(HEARTBEAT);

    assertThat(whileItWaits).isEqualTo(10);
    assertThat(silences).hasSize(whileItWaits).containsOnly(List.of("n2"));
  }

  @Test
  void aPeerThatFailsAnAppendIsSilentUntilItTakesOne() {
    append("n2");
    append("n3");
    pulses.sent("n2");
    pulses.over("n2", false);
    time.run(LOOK.plusMillis(1));
    append("n2");
    time.run(LOOK);

    assertThat(silences).containsExactly(List.of("n2"));
  }

  @Test
  void aPeerThatIsSentNothingIsSilentBeforeTheShortestElectionTimeoutIsOver() {
    time.run(HEARTBEAT.multipliedBy(2).minusMillis(1));
    List<List<String>> soon = List.copyOf(silences);
    time.run(HEARTBEAT);

    assertThat(soon).containsExactly(List.of("n2", "n3"));
    assertThat(silences).hasSize(3).containsOnly(List.of("n2", "n3"));
  }

  @Test
  void thatOthersWereSentWhileItDidNotLeadIsForgotten() {
    pulses.end();
    time.run(HEARTBEAT.multipliedBy(10));
    pulses.begin();
    time.run(HEARTBEAT.plusMillis(1));

    assertThat(silences).isEmpty();
  }

  @Test
  void whoLeadsNoMoreLooksForNothing() {
    pulses.begin();
    pulses.end();
    pulses.sent("n2");
    time.run(HEARTBEAT.multipliedBy(10));

    assertThat(silences).isEmpty();
    assertThat(time.hasEvents()).isFalse();
  }

  @Test
  void whoIsClosedLooksForNothingThoughItLeads() {
    pulses.close();
    pulses.begin();
    pulses.sent("n2");
    time.run(HEARTBEAT.multipliedBy(10));

    assertThat(silences).isEmpty();
  }

  @Test
  void whoLeadsTwiceLooksOnce() {
    pulses.begin();
    pulses.sent("n2");
    time.run(LOOK.plusMillis(1));

    assertThat(silences).hasSize(1);
  }

  @Test
  void aVoterWithoutPeersLooksForNothing() {
    pulses.end();
    Pulses alone = pulses(Map.of("n1", at(1)));
    time.run(LOOK);

    alone.begin();
    alone.sent("n1");
    alone.over("n1", true);

    assertThat(time.hasEvents()).isFalse();
  }
}
