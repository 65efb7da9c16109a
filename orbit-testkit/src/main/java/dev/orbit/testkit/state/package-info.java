/**
 * What every state store must do, as tests, and a store that fails on purpose.
 *
 * <p>Whoever writes a {@link dev.orbit.api.state.StateStore} has a test class implement {@link
 * dev.orbit.testkit.state.StateStoreContract}, which hands out a {@link
 * dev.orbit.testkit.state.StateStoreFixture}: the store, a second one on the same data, and how its
 * connections are disturbed. Besides one test a rule there are generated ones: sequences of
 * operations that are compared with a model step by step, and concurrent ones whose history must be
 * linearizable, both while the store is disturbed. Seeds are fixed and stand in every failure.
 *
 * <p>{@link dev.orbit.testkit.state.FaultyStateStore} puts failures before and after the operations
 * of any store, for tests of what lies above one.
 */
@NullMarked
package dev.orbit.testkit.state;

import org.jspecify.annotations.NullMarked;
