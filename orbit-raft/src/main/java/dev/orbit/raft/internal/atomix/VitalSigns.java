package dev.orbit.raft.internal.atomix;

import io.atomix.protocols.raft.impl.RaftContext;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Takes turns on Atomix's threads, and has the canary look whether they came. Thread-safe. */
final class VitalSigns {
  private final RaftContext raft;
  private final RpcProtocol protocol;
  // Belongs to the timer that checks.
  private final Canary canary = new Canary();
  private final AtomicLong protocolTurns = new AtomicLong();
  private final AtomicLong applyTurns = new AtomicLong();
  private volatile long committed;

  VitalSigns(RaftContext raft, RpcProtocol protocol) {
    this.raft = raft;
    this.protocol = protocol;
  }

  /** Asks for a turn on each thread; {@code onProtocol} runs within that of the protocol. */
  void turn(Runnable onProtocol) {
    raft.getThreadContext()
        .execute(
            () -> {
              protocolTurns.incrementAndGet();
              committed = raft.getCommitIndex();
              onProtocol.run();
            });
    raft.getServiceManager().executor().execute(applyTurns::incrementAndGet);
  }

  /** What is wrong, if something has been for too long. */
  Optional<String> check() {
    return canary.tick(
        new Canary.Signs(
            protocolTurns.get(),
            applyTurns.get(),
            committed,
            raft.getLastApplied(),
            protocol.oldestUnanswered()));
  }
}
