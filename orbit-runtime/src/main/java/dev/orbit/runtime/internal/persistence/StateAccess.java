package dev.orbit.runtime.internal.persistence;

import dev.orbit.api.error.StorageException;
import dev.orbit.api.state.Fence;
import dev.orbit.api.state.StateStore;
import dev.orbit.client.codec.PayloadCodec;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What the states of one activation share.
 *
 * @param store where they are kept
 * @param codec how values are written
 * @param fence of the activation
 * @param mayWrite whether the activation may still act: the node holds its lease
 * @param onRefused called when the store refused a write, with its reason
 */
public record StateAccess(
    StateStore store,
    PayloadCodec codec,
    Fence fence,
    BooleanSupplier mayWrite,
    Consumer<StorageException> onRefused) {}
