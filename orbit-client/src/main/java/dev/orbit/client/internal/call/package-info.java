/**
 * One call: what it is aimed at, the context it runs in, and when a failed one is repeated.
 *
 * <p>{@link dev.orbit.client.internal.call.CallContext} rides in one scoped value: a turn binds it,
 * and the calls made within the turn inherit its deadline, chain and trace. {@link
 * dev.orbit.client.internal.call.Invoker} is where references end and routing begins; a node and a
 * client each have their own. What comes between an answer and its caller is a chain of {@link
 * dev.orbit.client.internal.call.Derived} futures, back along which cancellation goes. Nothing here
 * owns a thread.
 */
@NullMarked
package dev.orbit.client.internal.call;

import org.jspecify.annotations.NullMarked;
