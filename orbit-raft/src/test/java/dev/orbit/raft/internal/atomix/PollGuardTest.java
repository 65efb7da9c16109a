package dev.orbit.raft.internal.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PollGuardTest {
  private final PollGuard guard = new PollGuard(100);

  @Test
  void whoHearsTheLeaderSupportsNobodyElse() {
    guard.heard("a", 1000);

    assertThat(guard.maySupport("b", 1099)).isFalse();
    assertThat(guard.maySupport("a", 1099)).isTrue();
  }

  @Test
  void aSilentLeaderIsNotProtected() {
    guard.heard("a", 1000);

    assertThat(guard.maySupport("b", 1100)).isTrue();
  }

  @Test
  void aLeaderWhoseConnectionBrokeIsNotProtected() {
    guard.heard("a", 1000);
    guard.unreachable("c");
    boolean other = guard.maySupport("b", 1001);

    guard.unreachable("a");

    assertThat(other).isFalse();
    assertThat(guard.maySupport("b", 1001)).isTrue();
  }
}
