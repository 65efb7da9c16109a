package dev.orbit.runtime.state;

import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Creates the tables where they are missing, and refuses those of another version. */
final class Schema {
  private static final int VERSION = 1;

  private Schema() {}

  /**
   * Creates and checks.
   *
   * @param dialect the name of the database in the name of the schema's file
   */
  static void prepare(Connection connection, String dialect) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String part : read("schema-" + dialect + ".sql").split(";", -1)) {
        if (!part.isBlank()) {
          statement.execute(part);
        }
      }
      try (ResultSet rows = statement.executeQuery("SELECT version FROM orbit_schema")) {
        int found = rows.next() ? rows.getInt(1) : 0;
        if (found != VERSION) {
          throw new ConfigurationException(
              ErrorCode.BAD_CONFIGURATION,
              "the state store has tables of version %d; this release reads version %d: use the release that made them"
                  .formatted(found, VERSION));
        }
      }
    }
  }

  private static String read(String file) {
    try (InputStream in = Schema.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing from the jar of orbit-runtime");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
