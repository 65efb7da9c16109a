package dev.orbit.benchmarks.agreement;

import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.consensus.Leadership;
import dev.orbit.raft.consensus.ReplicatedStateMachine;
import dev.orbit.raft.internal.atomix.AtomixEngine;
import dev.orbit.raft.internal.grpc.RaftRpc;
import dev.orbit.raft.internal.grpc.RaftServer;
import dev.orbit.transport.env.SystemEnvironment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * One of three voters of a group that counts commands. Arguments: its number, its directory, and
 * the Raft ports of all; it ends with its input. Moments and times are in nanoseconds of {@link
 * System#nanoTime}.
 *
 * <p>It says {@code term TERM} at every change of leadership that it learns of, and {@code leads
 * TERM MOMENT} when it leads. {@code load CLIENTS MILLIS} is answered with {@code loaded COUNT P50
 * P99}. After {@code tick} it begins a call every two milliseconds, or every fifty while more than
 * a thousand wait, and says {@code gap BEFORE AFTER}, the moments of two answers, whenever no call
 * was answered for more than 200 ms in between.
 */
final class VoterWorker {
  private static final byte[] COMMAND = new byte[64];

  private final AtomixEngine engine;

  /** Counts commands. */
  private static final class Counter implements ReplicatedStateMachine {
    private long count;

    @Override
    public byte[] apply(long index, byte[] command) {
      return ByteBuffer.allocate(Long.BYTES).putLong(++count).array();
    }

    @Override
    public void snapshot(OutputStream out) throws IOException {
      out.write(ByteBuffer.allocate(Long.BYTES).putLong(count).array());
    }

    @Override
    public void restore(InputStream in) throws IOException {
      count = ByteBuffer.wrap(in.readNBytes(Long.BYTES)).getLong();
    }
  }

  private VoterWorker(AtomixEngine engine) {
    this.engine = engine;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    String self = Group.name(arguments[0]);
    List<String> ports = List.of(arguments).subList(2, arguments.length);
    Group group = Group.of(ports);
    SystemEnvironment environment = new SystemEnvironment();
    EngineConfig config =
        EngineConfig.builder("bench", self, group.voters(), Path.of(arguments[1])).build();
    RaftRpc rpc = new RaftRpc(environment, config);
    RaftServer.start(group.at(arguments[0]), List.of(rpc.service()));
    AtomixEngine engine = new AtomixEngine(environment, config, rpc);
    engine.onLeadership(VoterWorker::led);
    engine.start(new Counter());
    new VoterWorker(engine).obey();
  }

  private static void led(Leadership now) {
    Lines.say("term " + now.term());
    if (now.isSelf()) {
      Lines.say("leads %d %d".formatted(now.term(), System.nanoTime()));
    }
  }

  private void obey() throws IOException, InterruptedException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "load" -> load(Integer.parseInt(words[1]), Long.parseLong(words[2]));
        case "tick" -> Thread.ofPlatform().daemon().start(this::tick);
        default -> throw new IllegalStateException(line);
      }
    }
    System.exit(0);
  }

  private void load(int clients, long millis) throws InterruptedException {
    Histogram latencies = new ConcurrentHistogram(3);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    CompletableFuture<?>[] all = new CompletableFuture<?>[clients];
    for (int i = 0; i < clients; i++) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      all[i] = done;
      next(latencies, end, done);
    }
    CompletableFuture.allOf(all).join();
    Lines.say(
        "loaded %d %d %d"
            .formatted(
                latencies.getTotalCount(),
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99)));
  }

  private void next(Histogram latencies, long end, CompletableFuture<Void> done) {
    long sent = System.nanoTime();
    if (sent >= end) {
      done.complete(null);
      return;
    }
    var _ =
        engine
            .submit(COMMAND)
            .whenComplete(
                (answer, failure) -> {
                  if (failure == null) {
                    latencies.recordValue(System.nanoTime() - sent);
                  }
                  next(latencies, end, done);
                });
  }

  /** Calls without waiting for the answers of those before. */
  private void tick() {
    ConcurrentHashMap<Long, Long> open = new ConcurrentHashMap<>();
    AtomicLong lastAnswer = new AtomicLong(System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
    for (long each = 0; ; each++) {
      long number = each;
      long sent = System.nanoTime();
      open.put(number, sent);
      var _ =
          engine
              .submit(COMMAND)
              .whenComplete(
                  (answer, failure) -> {
                    open.remove(number);
                    if (failure == null) {
                      long now = System.nanoTime();
                      long before = lastAnswer.getAndSet(now);
                      if (now - before > TimeUnit.MILLISECONDS.toNanos(200)) {
                        Lines.say("gap %d %d".formatted(before, now));
                      }
                    }
                  });
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(open.size() > 1000 ? 50 : 2));
    }
  }
}
