package dev.orbit.benchmarks.agreement;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.raft.internal.cluster.ViewDelta;
import dev.orbit.runtime.internal.placement.Placement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What many members cost: the voters when they join and renew, a node when their view changes. */
final class MemberFigures {
  private static final int MEMBERS = 1000;
  private static final int CHANGES = 200;
  private static final long PATIENCE = 120;

  /** Voters run for months: what compiling their code costs in the first minute is left out. */
  private static final long WARM_MILLIS = 60_000;

  private static final Set<String> TYPES = Set.of("shop.Cart", "shop.Stock", "shop.Order");

  private MemberFigures() {}

  static void print(int seconds, Path directory) throws Exception {
    views();
    List<String> ports = AgreementFigures.ports();
    List<Lines> voters = AgreementFigures.voters(MemberWorker.class, directory, ports);
    for (Lines voter : voters) {
      voter.await("joined", PATIENCE);
    }
    List<String> arguments = new ArrayList<>(List.of(Integer.toString(MEMBERS)));
    arguments.addAll(ports);
    long[] atRest = cpu(voters);
    long begun = System.nanoTime();
    Lines crowd = Lines.start(List.of(), CrowdWorker.class, arguments);
    crowd.await("joined", 300);
    double joining = (System.nanoTime() - begun) / 1e9;
    long[] joined = cpu(voters);
    System.out.printf("%d members joined in %.1f s, processor time", MEMBERS, joining);
    for (int i = 0; i < voters.size(); i++) {
      System.out.printf(" %.1f", (joined[i] - atRest[i]) / 1e9);
    }
    System.out.println(" s of the three voters");
    Thread.sleep(WARM_MILLIS);
    crowd.tell("");
    String[] first = crowd.await("renewed ", PATIENCE).split(" ");
    long[] before = cpu(voters);
    long from = System.nanoTime();
    Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
    double passed = System.nanoTime() - from;
    long[] after = cpu(voters);
    crowd.tell("");
    String[] last = crowd.await("renewed ", PATIENCE).split(" ");
    System.out.printf(
        "%.0f renewals/s accepted, %d refused, views of all members %s%n",
        (Long.parseLong(last[0]) - Long.parseLong(first[0])) / (passed / 1e9),
        Long.parseLong(last[1]) - Long.parseLong(first[1]),
        last[2]);
    for (int i = 0; i < voters.size(); i++) {
      System.out.printf(
          "voter %d: %.1f %% of one core%n", i, 100 * (after[i] - before[i]) / passed);
    }
    crowd.close();
    voters.forEach(Lines::close);
  }

  private static long[] cpu(List<Lines> voters) {
    return voters.stream().mapToLong(Lines::cpuNanos).toArray();
  }

  private static Member member(int number, NodeStatus status) {
    return new Member(
        new MemberId(new NodeId("m%04d".formatted(number), "bench"), number + 1),
        new Endpoint("127.0.0.1", 10_000 + number),
        new NodeCapabilities(TYPES, OptionalInt.empty(), Map.of()),
        status);
  }

  /** A member of a thousand begins to drain: the next view, and who hosts what by it. */
  private static void views() {
    List<Member> members = new ArrayList<>();
    List<Optional<MemberId>> owners = new ArrayList<>();
    for (int i = 0; i < MEMBERS; i++) {
      members.add(member(i, NodeStatus.ACTIVE));
    }
    for (int i = 0; i < PartitionTable.DEFAULT_PARTITIONS; i++) {
      owners.add(Optional.of(members.get(i % MEMBERS).id()));
    }
    ClusterView view = new ClusterView(1, "bench", members, PartitionTable.of(owners));
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < CHANGES; i++) {
      ViewDelta delta =
          new ViewDelta(
              view.version() + 1,
              owners.size(),
              Optional.of(member(i, NodeStatus.DRAINING)),
              Optional.empty(),
              List.of(new ViewDelta.Move(i, Optional.of(members.get((i + 500) % MEMBERS).id()))));
      long begun = System.nanoTime();
      view = delta.applyTo(view);
      Placement.of(view);
      nanos.add(System.nanoTime() - begun);
    }
    List<Long> sorted = nanos.stream().sorted().toList();
    System.out.printf(
        "a change of a view of %d members applied and placed: first %.1f ms, median %.2f, worst"
            + " %.1f%n",
        MEMBERS, nanos.getFirst() / 1e6, sorted.get(CHANGES / 2) / 1e6, sorted.getLast() / 1e6);
  }
}
