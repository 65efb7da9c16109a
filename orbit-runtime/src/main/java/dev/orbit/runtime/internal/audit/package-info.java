/**
 * Asks the whole cluster whether the directory and the activations agree.
 *
 * <p>One check: {@link dev.orbit.runtime.internal.audit.Audit} goes over the partitions, some at a
 * time so that memory is bounded. For these it asks every member of the view which activations it
 * has, which entries it has as the owner, and which of the partitions it does not serve: an {@link
 * dev.orbit.runtime.internal.audit.Inventory}. {@link dev.orbit.runtime.internal.audit.Comparison}
 * finds what does not fit. Members answer at different moments, so that an actor which is activated
 * meanwhile looks wrong; what is found is therefore looked at again, and only what stays the same,
 * activation numbers and all, is reported.
 *
 * <p>Threading: the caller's thread waits, at most for the bound that it gave; answers come by any.
 */
@NullMarked
package dev.orbit.runtime.internal.audit;

import org.jspecify.annotations.NullMarked;
