/**
 * What the author of an actor compiles against: contracts, annotations, state and context.
 *
 * <p>An actor is an interface (its <em>contract</em>, extending one of the {@code ActorWith...Key}
 * interfaces) and a class that implements it. Callers hold a reference to the contract, obtained
 * from {@link dev.orbit.api.Actors#get(Class, String)}; a call on the reference becomes an
 * invocation, travels to the one node that hosts the activation, and runs there as a turn on a
 * virtual thread. Turns of one activation never overlap.
 *
 * <p>Nothing in this package or below it knows gRPC, protobuf, Raft or a database.
 */
@NullMarked
package dev.orbit.api;

import org.jspecify.annotations.NullMarked;
