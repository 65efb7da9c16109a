package dev.orbit.cli;

import dev.orbit.examples.bank.LoadProgress;
import dev.orbit.examples.bank.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code orbit dev} tells as it goes, as lines for people or JSON, one event a line. */
final class DevReport {
  private final Printer printer;

  DevReport(Printer printer) {
    this.printer = printer;
  }

  void starting(int nodes, Path directory) {
    printer.event(
        event("starting", Map.of("nodes", nodes, "dataDir", directory.toString())),
        // Not formatted: that looks up how this country writes numbers, and the nodes wait for it.
        () -> "Starting " + nodes + (nodes == 1 ? " node in " : " nodes in ") + directory + " ...");
  }

  void ready(ClusterFile cluster, Duration took) {
    printer.event(
        event("ready", Map.of("nodes", cluster.nodes(), "millis", took.toMillis())),
        () -> "%s%nReady in %s.".formatted(Table.ofNodes(cluster.nodes()), Text.seconds(took)));
  }

  void hint(ClusterFile cluster) {
    String name = cluster.nodes().getLast().name();
    printer.event(
        event("hint", Map.of("kill", "orbit node kill " + name)),
        () ->
            "Try from another shell: ./orbit node kill %s, ./orbit node start %s, ./orbit cluster status"
                .formatted(name, name));
  }

  void loadOpened(int accounts, int rate) {
    printer.event(
        event("load", Map.of("accounts", accounts, "rate", rate)),
        () -> "Load: %,d operations a second on %,d accounts.".formatted(rate, accounts));
  }

  void changed(Duration since, NodeRow node) {
    printer.event(
        event("node", Map.of("node", node, "atMillis", since.toMillis())),
        () ->
            "%6s  %s is %s%s"
                .formatted(
                    seconds(since),
                    node.name(),
                    node.state(),
                    node.running() ? " (pid " + node.pid() + ")" : ""));
  }

  void progress(Duration since, LoadProgress load) {
    printer.event(
        event("progress", Map.of("atMillis", since.toMillis(), "load", figures(load))),
        () ->
            "%6s  acked %,d  refused %,d  unknown %,d (resolved %,d)  under way %,d  p50 %s  p99 %s%s"
                .formatted(
                    seconds(since),
                    load.acknowledged(),
                    load.notExecuted(),
                    load.unknown(),
                    load.unknownApplied() + load.unknownAbsent(),
                    load.underWay(),
                    Text.millis(load.p50()),
                    Text.millis(load.p99()),
                    load.waitingAccounts() == 0
                        ? ""
                        : "  accounts waiting %,d".formatted(load.waitingAccounts())));
  }

  void quiet(Duration since, List<NodeRow> nodes) {
    long ready = nodes.stream().filter(NodeRow::ready).count();
    printer.event(
        event("progress", Map.of("atMillis", since.toMillis(), "ready", ready)),
        () -> "%6s  %d of %d nodes ready".formatted(seconds(since), ready, nodes.size()));
  }

  void stopping() {
    printer.event(event("stopping", Map.of()), () -> "Stopping ...");
  }

  void summary(LoadProgress load, Verdict verdict) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("load", figures(load));
    fields.put("verdict", verdict);
    fields.put("balances", verdict.balances());
    printer.event(event("summary", fields), () -> text(load, verdict));
  }

  private static String text(LoadProgress load, Verdict verdict) {
    StringBuilder text = new StringBuilder("Summary\n");
    line(text, "acknowledged", Text.number(load.acknowledged()));
    line(text, "refused", Text.number(load.notExecuted()) + " surely not executed");
    line(text, "no funds", Text.number(load.insufficientFunds()) + " refused by the account");
    line(
        text,
        "unknown",
        "%,d outcomes, of which %,d had been applied and %,d had not"
            .formatted(load.unknown(), load.unknownApplied(), load.unknownAbsent()));
    line(text, "failed", Text.number(load.failed()));
    line(text, "overdue", Text.number(load.overdue()) + " calls ended after their deadline");
    line(
        text,
        "latency",
        "p50 %s, p99 %s, longest %s"
            .formatted(Text.millis(load.p50()), Text.millis(load.p99()), Text.millis(load.max())));
    line(
        text,
        "longest gap",
        "%s for all accounts together, %s for one account"
            .formatted(Text.seconds(load.longestGap()), Text.seconds(load.longestAccountGap())));
    line(
        text,
        "money",
        "%s by the ledger, %s in %,d accounts"
            .formatted(
                Text.money(verdict.expectedTotal()),
                Text.money(verdict.actualTotal()),
                verdict.accounts()));
    line(
        text,
        "ledger",
        verdict.balances()
            ? "balances: nothing acknowledged was lost, nothing ran twice"
            : "DOES NOT BALANCE: %,d accounts differ, %,d ran twice, %,d unsettled, %,d unresolved"
                .formatted(
                    verdict.differing(),
                    verdict.duplicates(),
                    verdict.unsettled(),
                    verdict.unresolved()));
    verdict.examples().forEach(example -> line(text, "", example));
    return text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("  ").append(name).repeat(' ', 14 - name.length()).append(value).append('\n');
  }

  private static String seconds(Duration since) {
    return Math.round(since.toMillis() / 1e3) + " s";
  }

  private static Map<String, Object> figures(LoadProgress load) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("acknowledged", load.acknowledged());
    figures.put("insufficientFunds", load.insufficientFunds());
    figures.put("notExecuted", load.notExecuted());
    figures.put("unknown", load.unknown());
    figures.put("unknownApplied", load.unknownApplied());
    figures.put("unknownAbsent", load.unknownAbsent());
    figures.put("failed", load.failed());
    figures.put("overdue", load.overdue());
    figures.put("notBegun", load.notBegun());
    figures.put("underWay", load.underWay());
    figures.put("waitingAccounts", load.waitingAccounts());
    figures.put("p50Micros", load.p50().toNanos() / 1_000);
    figures.put("p99Micros", load.p99().toNanos() / 1_000);
    figures.put("maxMicros", load.max().toNanos() / 1_000);
    figures.put("longestGapMillis", load.longestGap().toMillis());
    figures.put("longestAccountGapMillis", load.longestAccountGap().toMillis());
    return figures;
  }

  private static Map<String, Object> event(String name, Map<String, ?> fields) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("event", name);
    event.putAll(fields);
    return event;
  }
}
