/**
 * A bank on actors: accounts that keep money, transfers between them, and a load generator that can
 * prove that none of it was lost or doubled.
 *
 * <p>Every account is one actor, so its operations run one at a time and need no lock. Each
 * operation carries an id that its caller made: an account remembers the latest ids, answers an id
 * that it has seen from that memory, and counts it.
 *
 * <p>A {@link dev.orbit.examples.bank.Customer} has several accounts and pays from whichever holds
 * enough: a chain of calls under one deadline, with a journal of what was decided before it is
 * done. A {@link dev.orbit.examples.bank.StandingOrder} has a customer pay again and again, woken
 * by a durable reminder. An {@link dev.orbit.examples.bank.ApprovalFilter} stands around the turns
 * of accounts. {@link dev.orbit.examples.bank.Bank} gives all of that to a node.
 *
 * <p>A transfer takes the money out of the sending account and notes the promise in one durable
 * write. What follows is messages of which any may be lost and any may come twice: {@code receive}
 * to the other account, {@code delivered} back, {@code forget} forth. Neither account ever waits
 * for the other within a turn, so that two accounts that pay each other at once cannot stand in
 * each other's way. {@link dev.orbit.examples.bank.Account#settle} sends again what has no answer
 * yet.
 *
 * <p>{@link dev.orbit.examples.bank.BankLoad} runs operations at a fixed rate, keeps its own ledger
 * of those that were acknowledged, and compares it with the balances at the end. Accounts are
 * confined to their turns; the load generator is thread-safe.
 */
@NullMarked
package dev.orbit.examples.bank;

import org.jspecify.annotations.NullMarked;
