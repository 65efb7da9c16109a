package dev.orbit.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows in columns as wide as they must be. Confined to one thread. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    rows.add(List.of(headings));
  }

  Table row(Object... cells) {
    rows.add(List.of(cells).stream().map(Object::toString).toList());
    return this;
  }

  /** The nodes of a cluster, as every command shows them. */
  static Table ofNodes(List<NodeRow> nodes) {
    Table table = new Table("NODE", "PID", "GRPC", "RAFT", "STATE");
    for (NodeRow node : nodes) {
      table.row(
          node.name(),
          node.running() ? node.pid() : "-",
          node.grpc(),
          node.raft() == null ? "-" : node.raft(),
          node.leader() ? node.state() + ", leader" : node.state());
    }
    return table;
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString().stripTrailing();
  }
}
