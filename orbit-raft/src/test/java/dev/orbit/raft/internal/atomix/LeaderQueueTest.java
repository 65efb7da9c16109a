package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.Endpoint;
import dev.orbit.proto.raft.CommandProto;
import dev.orbit.proto.raft.ForwardResponseProto;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.simulated.VirtualTime;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.CloseSessionRequest;
import io.atomix.protocols.raft.protocol.CloseSessionResponse;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.KeepAliveRequest;
import io.atomix.protocols.raft.protocol.KeepAliveResponse;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.OpenSessionResponse;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class LeaderQueueTest {
  /** More than half of what fits into a batch, so that each makes an entry of its own. */
  private static final ByteString LARGE = ByteString.copyFrom(new byte[60_000]);

  private final VirtualTime time = new VirtualTime(1);
  private final Set<Long> openSessions = ConcurrentHashMap.newKeySet();
  private final Recorded raft = new Recorded();
  private final LeaderQueue queue =
      new LeaderQueue(
          time.node(),
          EngineConfig.builder(
                  "g", "n1", Map.of("n1", new Endpoint("127.0.0.1", 1)), Path.of("unused"))
              .requestTimeout(Duration.ofSeconds(1))
              .build(),
          raft,
          openSessions);

  private CompletableFuture<ForwardResponseProto> offer(long sequence) {
    return offer(sequence, LARGE);
  }

  private CompletableFuture<ForwardResponseProto> offer(long sequence, ByteString payload) {
    return queue.offer(
        List.of(
            CommandProto.newBuilder()
                .setClient("c")
                .setSequence(sequence)
                .setPayload(payload)
                .build()));
  }

  @Test
  void aSessionHasOneEntryInFlightAtATime() {
    queue.lead();
    List<CompletableFuture<ForwardResponseProto>> answers = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      answers.add(offer(i));
    }

    while (!raft.unanswered.isEmpty()) {
      assertThat(raft.unanswered).hasSizeLessThanOrEqualTo(4);
      assertThat(raft.unanswered.stream().map(sent -> sent.request.session()))
          .doesNotHaveDuplicates();
      // The newest first, which with one session would have been out of order.
      raft.answer(raft.unanswered.getLast());
    }

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().getTaken()).isTrue());
    assertThat(raft.numbers.values()).hasSize(4).allMatch(Recorded::isGapless);
  }

  /** Atomix wipes no more than that behind a cut, and what it leaves there comes back. */
  @Test
  void whatIsInFlightTogetherIsLessThanTwoOfTheLargestEntries() {
    int wiped = 2 * EngineConfig.DEFAULT_MAX_ENTRY_BYTES;
    queue.lead();
    List<CompletableFuture<ForwardResponseProto>> answers = new ArrayList<>();
    for (int i = 1; i <= 16; i++) {
      answers.add(offer(i, ByteString.copyFrom(new byte[16_000 * i])));
    }

    while (!raft.unanswered.isEmpty()) {
      int together =
          raft.unanswered.stream().mapToInt(s -> s.request.operation().value().length).sum();
      assertThat(together).isLessThan(wiped);
      raft.answer(raft.unanswered.getFirst());
    }

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().getTaken()).isTrue());
  }

  @Test
  void sessionsOfLeadersBeforeAreClosedAndItsOwnAreNot() {
    openSessions.addAll(Set.of(3L, 7L));
    raft.lastSession = 10;

    queue.lead();

    assertThat(raft.closed).containsExactlyInAnyOrder(3L, 7L);
  }

  @Test
  void resultsAreForgottenUpToTheNewestThatIsDone() {
    queue.lead();
    var _ = offer(1);
    var _ = offer(2);
    raft.answer(raft.unanswered.getFirst());

    for (int look = 1; look < LeaderQueue.LOOKS_FOR_FEW; look++) {
      queue.keepAlive();
    }
    List<Map<Long, Long>> before = List.copyOf(raft.keptAlive);
    for (int look = 0; look <= LeaderQueue.LOOKS_FOR_FEW; look++) {
      queue.keepAlive();
    }

    assertThat(before).isEmpty();
    assertThat(raft.keptAlive).containsExactly(Map.of(1L, 1L));
  }

  @Test
  void manyResultsAreForgottenAtOnce() {
    queue.lead();
    for (int i = 1; i < LeaderQueue.MANY_RESULTS; i++) {
      var _ = offer(i);
      raft.answer(raft.unanswered.getFirst());
    }
    queue.keepAlive();
    List<Map<Long, Long>> before = List.copyOf(raft.keptAlive);

    var _ = offer(LeaderQueue.MANY_RESULTS);
    raft.answer(raft.unanswered.getFirst());
    queue.keepAlive();

    assertThat(before).isEmpty();
    assertThat(raft.keptAlive).containsExactly(Map.of(1L, (long) LeaderQueue.MANY_RESULTS));
  }

  @Test
  void aSessionThatFailsIsLeftBehindWithTheOthers() {
    queue.lead();
    CompletableFuture<ForwardResponseProto> lost = offer(1);
    raft.refuse(raft.unanswered.getFirst());

    CompletableFuture<ForwardResponseProto> next = offer(2);

    assertThat(lost.join().getTaken()).isTrue();
    assertThat(lost.join().getAnswersList()).isEmpty();
    assertThat(raft.unanswered.getFirst().request.session()).isGreaterThan(4);
    assertThat(next).isNotDone();
  }

  @Test
  void anEntryWithoutAnAnswerHoldsNobodyUpForGood() {
    queue.lead();
    List<CompletableFuture<ForwardResponseProto>> stuck = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      stuck.add(offer(i));
    }
    CompletableFuture<ForwardResponseProto> next = offer(5);
    Recorded.Sent never = raft.unanswered.getFirst();

    time.run(Duration.ofMillis(900));
    queue.giveUpOverdue();
    assertThat(stuck).allMatch(answer -> !answer.isDone());
    time.run(Duration.ofMillis(200));
    queue.giveUpOverdue();

    assertThat(stuck).anyMatch(CompletableFuture::isDone);
    Recorded.Sent sent = raft.unanswered.getLast();
    assertThat(sent.request.session()).isGreaterThan(4);
    raft.answer(sent);
    assertThat(next.join().getTaken()).isTrue();
    // What comes too late after all does no harm.
    raft.answer(never);
    assertThat(queue.offer(List.of(CommandProto.getDefaultInstance()))).isNotDone();
  }

  /** Takes requests as Atomix does, and answers when it is told to. */
  private static final class Recorded extends UnusedRequests {
    final List<Sent> unanswered = new ArrayList<>();
    final Map<Long, List<Long>> numbers = new HashMap<>();
    final List<Long> closed = new ArrayList<>();
    final List<Map<Long, Long>> keptAlive = new ArrayList<>();
    long lastSession;

    record Sent(CommandRequest request, CompletableFuture<CommandResponse> answer) {}

    Recorded() {
      super(List.of("n1"), Instant.EPOCH);
      registerOpenSessionHandler(this::open);
      registerCommandHandler(this::command);
      registerCloseSessionHandler(this::closeSession);
      registerKeepAliveHandler(this::keepAlive);
    }

    static boolean isGapless(List<Long> numbers) {
      for (int i = 0; i < numbers.size(); i++) {
        if (numbers.get(i) != i + 1) {
          return false;
        }
      }
      return true;
    }

    private CompletableFuture<OpenSessionResponse> open(OpenSessionRequest request) {
      return CompletableFuture.completedFuture(
          OpenSessionResponse.builder()
              .withStatus(RaftResponse.Status.OK)
              .withSession(++lastSession)
              .withTimeout(request.maxTimeout())
              .build());
    }

    private CompletableFuture<CommandResponse> command(CommandRequest request) {
      Sent sent = new Sent(request, new CompletableFuture<>());
      unanswered.add(sent);
      numbers
          .computeIfAbsent(request.session(), _ -> new ArrayList<>())
          .add(request.sequenceNumber());
      return sent.answer;
    }

    private CompletableFuture<CloseSessionResponse> closeSession(CloseSessionRequest request) {
      closed.add(request.session());
      return new CompletableFuture<>();
    }

    private CompletableFuture<KeepAliveResponse> keepAlive(KeepAliveRequest request) {
      Map<Long, Long> done = new HashMap<>();
      for (int i = 0; i < request.sessionIds().length; i++) {
        done.put(request.sessionIds()[i], request.commandSequenceNumbers()[i]);
      }
      keptAlive.add(done);
      return new CompletableFuture<>();
    }

    void answer(Sent sent) {
      unanswered.remove(sent);
      sent.answer.complete(
          CommandResponse.builder()
              .withStatus(RaftResponse.Status.OK)
              .withIndex(1)
              .withEventIndex(1)
              .withResult(new byte[0])
              .build());
    }

    void refuse(Sent sent) {
      unanswered.remove(sent);
      sent.answer.completeExceptionally(new IllegalStateException("refused"));
    }

    @Override
    public CompletableFuture<PollResponse> poll(MemberId to, PollRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<VoteResponse> vote(MemberId to, VoteRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<AppendResponse> append(MemberId to, AppendRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<ConfigureResponse> configure(MemberId to, ConfigureRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<InstallResponse> install(MemberId to, InstallRequest request) {
      throw new UnsupportedOperationException();
    }
  }
}
