package dev.orbit.cli;

import dev.orbit.runtime.DrainReport;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * What a node process says of itself in its {@code node.json}.
 *
 * @param process which process wrote this
 * @param message why it failed; null unless it did
 * @param report how it is; null until it has started
 * @param drain how it left; null unless it stopped in good order
 */
record NodeFile(
    String name,
    ProcessMark process,
    State state,
    @Nullable String message,
    @Nullable Report report,
    @Nullable Drain drain) {
  /** The states that a node goes through. */
  enum State {
    STARTING,
    READY,
    NOT_READY,
    STOPPED,
    FAILED
  }

  /** How a node left, as {@link dev.orbit.runtime.DrainReport} says. */
  record Drain(int moved, int abandoned, long forwarded, long rejected, long longestPauseMillis) {
    static Drain of(DrainReport report) {
      return new Drain(
          report.moved(),
          report.abandoned(),
          report.forwarded(),
          report.rejected(),
          report.longestPause().toMillis());
    }

    private void write(JsonGenerator out) {
      out.writeObjectPropertyStart("drain");
      out.writeNumberProperty("moved", moved);
      out.writeNumberProperty("abandoned", abandoned);
      out.writeNumberProperty("forwarded", forwarded);
      out.writeNumberProperty("rejected", rejected);
      out.writeNumberProperty("longestPauseMillis", longestPauseMillis);
      out.writeEndObject();
    }
  }

  /**
   * How a node is.
   *
   * @param raftLeader the voter that leads; null when this node knows none
   */
  record Report(
      long incarnation,
      boolean leaseHeld,
      long viewVersion,
      int members,
      int partitionsOwned,
      int partitionsServed,
      int activations,
      @Nullable String raftLeader) {
    private void write(JsonGenerator out) {
      out.writeObjectPropertyStart("report");
      out.writeNumberProperty("incarnation", incarnation);
      out.writeBooleanProperty("leaseHeld", leaseHeld);
      out.writeNumberProperty("viewVersion", viewVersion);
      out.writeNumberProperty("members", members);
      out.writeNumberProperty("partitionsOwned", partitionsOwned);
      out.writeNumberProperty("partitionsServed", partitionsServed);
      out.writeNumberProperty("activations", activations);
      out.writeStringProperty("raftLeader", raftLeader);
      out.writeEndObject();
    }
  }

  private static final class Indented extends ObjectWriteContext.Base {
    @Override
    public PrettyPrinter getPrettyPrinter() {
      return new DefaultPrettyPrinter();
    }
  }

  /**
   * As {@link Json#pretty} writes it, field by field: what can write any value takes long to set
   * up, and a node does this before it does anything else.
   */
  String text() {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(new Indented(), text)) {
      out.writeStartObject();
      out.writeStringProperty("name", name);
      out.writeObjectPropertyStart("process");
      out.writeNumberProperty("pid", process.pid());
      out.writeNumberProperty("startedMillis", process.startedMillis());
      out.writeEndObject();
      out.writeStringProperty("state", state.name());
      out.writeStringProperty("message", message);
      if (report == null) {
        out.writeNullProperty("report");
      } else {
        report.write(out);
      }
      if (drain == null) {
        out.writeNullProperty("drain");
      } else {
        drain.write(out);
      }
      out.writeEndObject();
    }
    return text.toString();
  }
}
