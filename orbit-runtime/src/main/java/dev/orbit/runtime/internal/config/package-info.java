/**
 * A node's settings: where they come from and what they may be.
 *
 * <p>{@link dev.orbit.runtime.internal.config.SettingsReader} lays the sources over each other
 * (builder, system properties, environment variables, {@code orbit.conf}, {@code reference.conf})
 * and reads a {@link dev.orbit.runtime.internal.config.NodeSettings} out of them, or fails with the
 * key, the value and the range that is allowed. Nothing else in the runtime reads configuration.
 * Immutable and thread-safe.
 */
@NullMarked
package dev.orbit.runtime.internal.config;

import org.jspecify.annotations.NullMarked;
