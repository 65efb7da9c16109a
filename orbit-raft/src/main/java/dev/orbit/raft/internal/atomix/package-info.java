/**
 * The consensus engine: Atomix Raft 3.1.12, unmaintained and with known holes, made safe from
 * outside, since we own its wire, its start and its state machine.
 *
 * <p>Who reads only this should know what stands between Atomix and a lost command. Each guard is
 * one class, and its test shows what happens without it.
 *
 * <table>
 *   <caption>The guards</caption>
 *   <tr><th>hole</th><th>guard</th></tr>
 *   <tr><td>The log is never synced before it is acknowledged.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.DurabilityGate}: an acknowledgement, of entries or
 *     of a snapshot, leaves after a sync that began after the write, one sync for all that wait; a
 *     leader counts itself so too; a voter that is alone applies nothing before it is synced.</td></tr>
 *   <tr><td>A vote is cleared when a leader is found, so a voter may vote twice in a term; an empty
 *     log votes for anybody.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.VoteGuard}: its own synced record of the last vote.
 *     </td></tr>
 *   <tr><td>An append that claims to follow on nothing skips the log check and commits leftovers.
 *     </td><td>{@link dev.orbit.raft.internal.atomix.AppendGuard}</td></tr>
 *   <tr><td>A voter that lost its store votes and acknowledges as if nothing had happened; damage in
 *     the middle of the log silently drops the rest.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.VoterStore}: identity, water mark and a scan of the
 *     log before Atomix may touch it; peers remember each other's stores.</td></tr>
 *   <tr><td>A follower with a new store is not sent the snapshot that the leader believes it to
 *     have, and votes as if it had promised nothing.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.Admission} and {@link
 *     dev.orbit.raft.internal.atomix.CatchUp}: it begins in a later term, which makes the leader step
 *     down, and votes when it has caught up.</td></tr>
 *   <tr><td>Errors of apply and restore are logged and swallowed; snapshots have no checksum.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.MachineHost}: checksum, and the first error is the
 *     end of this voter.</td></tr>
 *   <tr><td>A snapshot is appended to whatever lies in the file of its entry: one's own that waits
 *     for completion, another leader's chunks, what a crash left.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.SnapshotIntake}, and {@link
 *     dev.orbit.raft.internal.atomix.LogScan} for what a crash left.</td></tr>
 *   <tr><td>A reader keeps in its buffer what was cut off the log behind its place, and applies it.
 *     </td><td>{@link dev.orbit.raft.internal.atomix.GuardedContext}</td></tr>
 *   <tr><td>A request that comes while a voter starts may never be answered.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.RpcProtocol}: lets peers in when Atomix is ready.
 *     </td></tr>
 *   <tr><td>Commands that are sent again may be applied again.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.CommandLedger}</td></tr>
 *   <tr><td>Errors on Atomix's thread are logged and swallowed: half dead.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.Canary}</td></tr>
 *   <tr><td>A follower hears nothing while an append to it waits for its answer, and unseats a leader
 *     whose disk is slow.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.Pulses}</td></tr>
 *   <tr><td>That there is no leader any more is told to nobody.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.GuardedContext}</td></tr>
 *   <tr><td>A follower that lost its leader's link unseats it though others hear it well.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.PollGuard}</td></tr>
 *   <tr><td>A peer that failed its leader often, as one does that starts, is sent nothing for up to
 *     a minute though it is back.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.VoterLinks}: one that is connected is tried all the
 *     time.</td></tr>
 *   <tr><td>A group that begins sits out an election timeout though all of it is there.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.Succession}: who begins asks.</td></tr>
 *   <tr><td>Queries can be stale; members can be changed while running.</td>
 *     <td>Neither is offered: reads go through the log, voters are fixed.</td></tr>
 *   <tr><td>Sessions end by wall clocks.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.LeaderQueue}: the only sessions are the leader's with
 *     itself, and they never time out.</td></tr>
 *   <tr><td>Of two requests of one session that are under way the second may wait for good: applying
 *     the first writes the number of the newest request back.</td>
 *     <td>{@link dev.orbit.raft.internal.atomix.LeaderQueue}: one request of a session at a
 *     time.</td></tr>
 * </table>
 *
 * <p>The way of a command: {@link dev.orbit.raft.internal.atomix.Submissions} numbers it and gives
 * it to the leader's {@link dev.orbit.raft.internal.atomix.LeaderQueue}, here or over the wire;
 * many commands become one entry of the log; {@link dev.orbit.raft.internal.atomix.MachineHost}
 * applies them on every voter; the answer comes back by the leader's reply or by the submitter's
 * own state machine, whichever is first. Until then it is sent again and again, to whoever leads.
 *
 * <p>Threads: Atomix has one that owns the protocol's state and one that applies; a third of ours
 * syncs. Messages arrive on gRPC's event loops and leave from any of them.
 */
@NullMarked
package dev.orbit.raft.internal.atomix;

import org.jspecify.annotations.NullMarked;
