package dev.orbit.transport;

import static dev.orbit.transport.TestCluster.answerOf;
import static dev.orbit.transport.TestCluster.call;
import static dev.orbit.transport.TestCluster.echo;
import static dev.orbit.transport.TestCluster.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.orbit.api.address.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a transport logs, and at which level. S2.30. */
class LogsIT {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.orbit.transport");
  private final Level before = logger.getLevel();
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          events.add(event);
        }
      };
  private final TestCluster cluster = new TestCluster();

  @BeforeEach
  void listen() {
    logger.setLevel(Level.DEBUG);
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void close() {
    cluster.close();
    logger.detachAppender(appender);
    logger.setLevel(before);
  }

  private List<String> at(Level level) {
    return events.stream()
        .filter(event -> event.getLevel().equals(level))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void theLifeOfConnectionsIsDebugWhatListensIsInfoWhatIsTriedAgainIsWarn() throws Exception {
    Transport node = cluster.node("log-b", echo());
    TransportConfig patient =
        TransportConfig.builder(TestCluster.QUICK).connectTimeout(LONG).build();
    Transport client = cluster.client(patient, TestCluster.NAME);
    Endpoint endpoint = node.listening().orElseThrow();

    answerOf(client.request(id("log-b"), call("1")));
    node.close();
    client.connections().warm(id("log-b"));
    // It is tried several times in vain, and complained of once.
    await().atMost(LONG).until(() -> client.peers().getFirst().statistics().failedConnects() >= 3);
    client.close();

    assertThat(at(Level.DEBUG))
        .anyMatch(line -> line.matches("peer=test/log-b endpoint=127.0.0.1:\\d+ connecting"))
        .anyMatch(line -> line.equals("peer=test/log-b link=up"))
        .anyMatch(line -> line.matches("stream=\\S+ peer=a client greeted"))
        .anyMatch(line -> line.matches("peer=test/log-b endpoint=\\S+ closed: .*"));
    assertThat(at(Level.INFO))
        .anyMatch(line -> line.equals("transport=listening endpoint=" + endpoint + " cluster=test"))
        .anyMatch(line -> line.equals("transport=closed cluster=test"));
    assertThat(at(Level.WARN).stream().filter(line -> line.startsWith("peer=test/log-b")))
        .singleElement()
        .asString()
        .matches("peer=test/log-b link=down code=ORBIT-1001 retryMillis=\\d+ .*");
    assertThat(at(Level.ERROR)).isEmpty();
  }
}
