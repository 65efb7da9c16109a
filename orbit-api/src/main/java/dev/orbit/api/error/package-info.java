/**
 * What can go wrong, sorted by what the caller may assume.
 *
 * <p>A call that failed with {@link dev.orbit.api.error.NotExecutedException} surely had no effect
 * and can be repeated. After {@link dev.orbit.api.error.OutcomeUnknownException} it may have run.
 * {@link dev.orbit.api.error.ActorFailedException} is the actor's own failure. Every kind has a
 * stable {@link dev.orbit.api.error.ErrorCode} with a page in the documentation.
 */
@NullMarked
package dev.orbit.api.error;

import org.jspecify.annotations.NullMarked;
