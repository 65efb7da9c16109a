package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import org.junit.jupiter.api.Test;

class QuietLogsTest {
  @Test
  void logbackFindsThatNothingIsToBeLogged() throws Exception {
    LoggerContext context = new LoggerContext();

    new ContextInitializer(context).autoConfig();

    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    assertThat(root.getLevel()).isEqualTo(Level.OFF);
    assertThat(root.iteratorForAppenders().hasNext()).isFalse();
  }
}
