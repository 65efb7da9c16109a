package dev.orbit.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Where log records go: nowhere, unless a command says otherwise. */
final class LogSetup {
  private static final String PATTERN =
      "%d{HH:mm:ss.SSS} %-5level %logger{36} [%thread] %msg%n%ex{full}";

  private LogSetup() {}

  /** To standard output, which {@code orbit dev} has led into a file. */
  static void toStandardOutput() {
    begin(new ConsoleAppender<>());
  }

  /** To a file, so that the command's own output stays readable. */
  static void toFile(Path file) {
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile(file.toString());
    begin(appender);
  }

  private static void begin(OutputStreamAppender<ILoggingEvent> appender) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    root.setLevel(Level.WARN);
    context.getLogger("dev.orbit").setLevel(Level.toLevel(level(), Level.INFO));
  }

  private static String level() {
    String level = System.getenv("ORBIT_LOG_LEVEL");
    return level == null ? "INFO" : level;
  }
}
