package dev.orbit.benchmarks.agreement;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.PartitionTable;
import dev.orbit.proto.cluster.ClusterServiceGrpc;
import dev.orbit.proto.cluster.SubmitRequestProto;
import dev.orbit.proto.cluster.SubmitResponseProto;
import dev.orbit.proto.cluster.ViewStepProto;
import dev.orbit.proto.cluster.WatchViewsRequestProto;
import dev.orbit.raft.RaftConfig;
import dev.orbit.raft.internal.cluster.ClusterCodec;
import dev.orbit.raft.internal.cluster.ClusterCommand;
import dev.orbit.raft.internal.cluster.ClusterSettings;
import dev.orbit.raft.internal.cluster.CommandAnswer;
import dev.orbit.raft.internal.cluster.CommandEnvelope;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Members of a cluster as its voters see them, with as little behind them as can be: each has a
 * connection of its own to one voter, joins, renews every third of the default lease and takes the
 * stream of views, which it does not look at. Arguments: how many, and the Raft ports of the
 * voters.
 *
 * <p>Says {@code joined} when all have joined; a line on its input is answered with {@code renewed
 * COUNT REFUSED VIEWS}: renewals that were accepted and that were not, and changes of views that
 * came, all since it was started. Ends with its input.
 */
final class CrowdWorker {
  /** More joins at once only wait for each other. */
  private static final int AT_ONCE = 32;

  private static final String CLUSTER = "bench";
  private static final ClusterSettings SETTINGS =
      new ClusterSettings(
          CLUSTER,
          PartitionTable.DEFAULT_PARTITIONS,
          RaftConfig.DEFAULT_LEASE,
          RaftConfig.defaultMargin(RaftConfig.DEFAULT_LEASE));
  private static final Duration RENEW = RaftConfig.DEFAULT_LEASE.dividedBy(3);

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong renewed = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong views = new AtomicLong();

  private CrowdWorker() {}

  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    Group group = Group.of(List.of(arguments).subList(1, arguments.length));
    CrowdWorker crowd = new CrowdWorker();
    Semaphore free = new Semaphore(AT_ONCE);
    List<CompletableFuture<Void>> joins = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      free.acquire();
      Endpoint voter = group.endpoints().get(i % group.endpoints().size());
      CompletableFuture<Void> joined = crowd.join(i, voter);
      joins.add(joined);
      var _ = joined.whenComplete((done, failure) -> free.release());
    }
    CompletableFuture.allOf(joins.toArray(CompletableFuture[]::new)).join();
    Lines.say("joined");
    while (System.in.read() >= 0) {
      Lines.say(
          "renewed %d %d %d"
              .formatted(crowd.renewed.get(), crowd.refused.get(), crowd.views.get()));
    }
    System.exit(0);
  }

  private CompletableFuture<Void> join(int number, Endpoint voter) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(voter.host(), voter.port())
            .usePlaintext()
            .directExecutor()
            .build();
    NodeId node = new NodeId("m%04d".formatted(number), CLUSTER);
    ClusterServiceGrpc.newStub(channel)
        .watchViews(WatchViewsRequestProto.newBuilder().setCluster(CLUSTER).build(), new Views());
    ByteString client = ByteString.copyFromUtf8("client %08d".formatted(number));
    CompletableFuture<Void> joined = new CompletableFuture<>();
    submit(
        channel,
        new CommandEnvelope(
            client,
            1,
            new ClusterCommand.Join(
                node, new Endpoint("127.0.0.1", 10_000 + number), NodeCapabilities.NONE, SETTINGS)),
        answer -> {
          if (answer instanceof CommandAnswer.Accepted accepted) {
            // Members that joined at different times renew at different times.
            MemberId member = new MemberId(node, accepted.index());
            long first = RENEW.toNanos() * (number % 1000) / 1000;
            var _ =
                timer.scheduleAtFixedRate(
                    () -> renew(channel, member), first, RENEW.toNanos(), TimeUnit.NANOSECONDS);
            joined.complete(null);
          } else {
            joined.completeExceptionally(new IllegalStateException(String.valueOf(answer)));
          }
        });
    return joined;
  }

  private void renew(ManagedChannel channel, MemberId member) {
    submit(
        channel,
        CommandEnvelope.repeatable(new ClusterCommand.Renew(member)),
        answer -> (answer instanceof CommandAnswer.Accepted ? renewed : refused).incrementAndGet());
  }

  private static void submit(
      ManagedChannel channel, CommandEnvelope command, Consumer<Object> then) {
    SubmitRequestProto request =
        SubmitRequestProto.newBuilder()
            .setCluster(CLUSTER)
            .setCommand(ClusterCodec.proto(command))
            .build();
    ClusterServiceGrpc.newStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .submit(
            request,
            new StreamObserver<>() {
              @Override
              public void onNext(SubmitResponseProto response) {
                then.accept(
                    response.hasAnswer()
                        ? ClusterCodec.answer(response.getAnswer())
                        : response.getFailure().getDescription());
              }

              @Override
              public void onError(Throwable failure) {
                then.accept(failure);
              }

              @Override
              public void onCompleted() {}
            });
  }

  /** Counts what comes. */
  private final class Views implements StreamObserver<ViewStepProto> {
    @Override
    public void onNext(ViewStepProto step) {
      views.incrementAndGet();
    }

    @Override
    public void onError(Throwable failure) {
      System.err.println("a stream of views ended: " + failure);
    }

    @Override
    public void onCompleted() {}
  }
}
