package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OutcomeUnknownException;
import dev.orbit.proto.raft.AnswerProto;
import dev.orbit.proto.raft.CommandProto;
import dev.orbit.proto.raft.ForwardResponseProto;
import dev.orbit.raft.consensus.EngineConfig;
import dev.orbit.raft.simulated.VirtualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SubmissionsTest {
  private record Sent(
      String leader, List<CommandProto> commands, CompletableFuture<ForwardResponseProto> result) {}

  private final VirtualTime time = new VirtualTime(1);
  private final List<Sent> sent = new ArrayList<>();
  private final EngineConfig config =
      EngineConfig.builder("g", "n1", Map.of("n1", new Endpoint("127.0.0.1", 1)), Path.of("unused"))
          .maxPendingCommands(3)
          .build();
  private final Submissions submissions =
      new Submissions(
          time.node(),
          config,
          "n1/1",
          (leader, commands) -> {
            Sent one = new Sent(leader, commands, new CompletableFuture<>());
            sent.add(one);
            return one.result;
          },
          Optional::empty);

  private CompletableFuture<byte[]> submit(int value) {
    return submit(new byte[] {(byte) value});
  }

  private CompletableFuture<byte[]> submit(byte[] payload) {
    return submissions.submit(List.of(payload)).getFirst().toCompletableFuture();
  }

  private void pass(Duration duration) {
    time.run(duration);
  }

  private static ForwardResponseProto answer(long sequence) {
    return ForwardResponseProto.newBuilder()
        .setTaken(true)
        .addAnswers(
            AnswerProto.newBuilder()
                .setSequence(sequence)
                .setAnswer(ByteString.copyFromUtf8("answer")))
        .build();
  }

  @Test
  void commandsWaitForALeaderAndGoTogether() {
    CompletableFuture<byte[]> first = submit(1);
    var _ = submit(2);

    submissions.leaderIs(Optional.of("n2"));
    sent.getFirst().result.complete(answer(1));

    assertThat(sent).hasSize(1);
    assertThat(sent.getFirst().leader).isEqualTo("n2");
    assertThat(sent.getFirst().commands).hasSize(2);
    assertThat(first.join()).asString(StandardCharsets.UTF_8).isEqualTo("answer");
  }

  @Test
  void commandsThatCameTogetherLeaveTogetherAndAreAnsweredEachForItself() {
    submissions.leaderIs(Optional.of("n2"));
    List<CompletionStage<byte[]>> answers =
        submissions.submit(
            List.of(new byte[] {1}, new byte[config.maxEntryBytes()], new byte[] {3}));

    assertThat(sent).hasSize(1);
    assertThat(sent.getFirst().commands).hasSize(2);
    sent.getFirst().result.complete(answer(2));

    assertThat(answers.get(0).toCompletableFuture()).isNotDone();
    assertThat(answers.get(1).toCompletableFuture()).isCompletedExceptionally();
    assertThat(answers.get(2).toCompletableFuture().join())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("answer");
  }

  @Test
  void nothingTicksWhereNoCommandWaits() {
    boolean before = time.hasEvents();
    submissions.leaderIs(Optional.of("n2"));
    var _ = submit(1);
    boolean meanwhile = time.hasEvents();
    sent.getFirst().result.complete(answer(1));
    pass(Duration.ofMillis(40));

    assertThat(before).isFalse();
    assertThat(meanwhile).isTrue();
    assertThat(time.hasEvents()).isFalse();
  }

  @Test
  void withoutALeaderACommandIsSurelyNotExecuted() {
    CompletableFuture<byte[]> command = submit(1);

    pass(Duration.ofSeconds(11));

    assertThatThrownBy(command::join)
        .cause()
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("found no leader");
  }

  @Test
  void onceItWasSentTheOutcomeIsUnknown() {
    submissions.leaderIs(Optional.of("n2"));
    CompletableFuture<byte[]> command = submit(1);

    pass(Duration.ofSeconds(11));

    assertThatThrownBy(command::join).cause().isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void aRefusalLeavesItSurelyNotExecuted() {
    submissions.leaderIs(Optional.of("n2"));
    CompletableFuture<byte[]> command = submit(1);

    sent.getLast().result.complete(ForwardResponseProto.getDefaultInstance());
    submissions.leaderIs(Optional.empty());
    pass(Duration.ofSeconds(11));

    assertThatThrownBy(command::join).cause().isInstanceOf(NotExecutedException.class);
  }

  @Test
  void aPeerThatIsNotConnectedGotNothing() {
    submissions.leaderIs(Optional.of("n2"));
    CompletableFuture<byte[]> command = submit(1);

    sent.getLast().result.completeExceptionally(new ConnectException("no"));
    submissions.leaderIs(Optional.empty());
    pass(Duration.ofSeconds(11));

    assertThatThrownBy(command::join).cause().isInstanceOf(NotExecutedException.class);
  }

  @Test
  void whatMayBeLostIsSentAgainUnderItsNumberToWhoeverLeads() {
    submissions.leaderIs(Optional.of("n2"));
    var _ = submit(1);
    sent.getLast().result.completeExceptionally(new IOException("broken"));

    submissions.leaderIs(Optional.of("n3"));

    assertThat(sent).hasSize(2);
    assertThat(sent.getLast().leader).isEqualTo("n3");
    assertThat(sent.getLast().commands).isEqualTo(sent.getFirst().commands);
  }

  @Test
  void theOwnStateMachineAnswersToo() {
    submissions.leaderIs(Optional.of("n2"));
    CompletableFuture<byte[]> command = submit(1);

    submissions.applied(sent.getFirst().commands.getFirst(), new byte[] {7});

    assertThat(command.join()).containsExactly(7);
  }

  @Test
  void whatASnapshotSwallowedIsUnknown() {
    submissions.leaderIs(Optional.of("n2"));
    CompletableFuture<byte[]> first = submit(1);
    CompletableFuture<byte[]> second = submit(2);

    submissions.restored(sequence -> sequence == 1);

    assertThatThrownBy(first::join).cause().isInstanceOf(OutcomeUnknownException.class);
    assertThat(second).isNotDone();
  }

  @Test
  void tooManyAreRefused() {
    var _ = submit(1);
    var _ = submit(2);
    var _ = submit(3);

    assertThatThrownBy(() -> submit(4).join())
        .cause()
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("the limit is 3");
  }

  @Test
  void aCommandThatFitsIntoNoEntryIsRefused() {
    assertThatThrownBy(() -> submit(new byte[config.maxEntryBytes()]).join())
        .cause()
        .isInstanceOf(NotExecutedException.class)
        .hasMessageContaining("larger than");
  }

  @Test
  void eachCommandSaysWhatIsSettled() {
    submissions.leaderIs(Optional.of("n2"));
    var _ = submit(1);
    sent.getLast().result.complete(answer(1));

    var _ = submit(2);

    assertThat(sent.getLast().commands.getFirst().getSettledBelow()).isEqualTo(2);
  }

  @Test
  void closingTellsApartWhatWasSent() {
    submissions.leaderIs(Optional.of("n2"));
    CompletableFuture<byte[]> delivered = submit(1);
    submissions.leaderIs(Optional.empty());
    CompletableFuture<byte[]> kept = submit(2);

    submissions.close("the test ends");

    assertThatThrownBy(delivered::join).cause().isInstanceOf(OutcomeUnknownException.class);
    assertThatThrownBy(kept::join).cause().isInstanceOf(NotExecutedException.class);
    assertThatThrownBy(() -> submit(3).join()).cause().isInstanceOf(NotExecutedException.class);
  }
}
