package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VoteGuardTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void choose() {
    file = directory.resolve("vote");
  }

  private VoteGuard guard() throws IOException {
    return new VoteGuard(new StateFile(file));
  }

  @Test
  void oneCandidateATermEvenAfterARestart() throws Exception {
    boolean first = guard().mayVote(3, "a", 10, 0);

    VoteGuard restarted = guard();

    assertThat(first).isTrue();
    assertThat(restarted.term()).isEqualTo(3);
    assertThat(restarted.mayVote(3, "b", 10, 0)).isFalse();
    assertThat(restarted.mayVote(3, "a", 10, 0)).isTrue();
    assertThat(restarted.mayVote(2, "b", 10, 0)).isFalse();
    assertThat(restarted.mayVote(4, "b", 10, 0)).isTrue();
  }

  @Test
  void noVoteForOneWhoKnowsLessThanTheSnapshot() throws Exception {
    VoteGuard guard = guard();

    assertThat(guard.mayVote(3, "a", 9, 10)).isFalse();
    assertThat(guard.mayVote(3, "b", 10, 10)).isTrue();
  }

  @Test
  void aDamagedRecordIsNotTakenForNone() throws Exception {
    assertThat(guard().mayVote(3, "a", 10, 0)).isTrue();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);

    assertThatThrownBy(this::guard).isInstanceOf(IOException.class).hasMessageContaining("damaged");
  }
}
