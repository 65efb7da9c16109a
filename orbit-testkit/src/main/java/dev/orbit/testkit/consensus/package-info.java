/**
 * What every consensus engine must do, as tests.
 *
 * <p>Whoever puts another engine behind {@link dev.orbit.raft.consensus.ConsensusEngine} has a test
 * class implement {@link dev.orbit.testkit.consensus.ConsensusEngineContract}, which hands out an
 * {@link dev.orbit.testkit.consensus.EngineGroup}: voters that can be started, killed and started
 * again on what they left behind. The state machines are the kit's own. The tests run in real time,
 * wait for what comes, and have no state of their own, so that they may run at the same time.
 *
 * <p>What they hold an engine to: one leader that all know and terms that never go back; one order
 * on all voters and each command in it once; the answer of a command to its submitter; nothing lost
 * that was confirmed, whoever was killed; a replicated state whose history is linearizable;
 * refusals that are right about whether the command ran.
 */
@NullMarked
package dev.orbit.testkit.consensus;

import org.jspecify.annotations.NullMarked;
