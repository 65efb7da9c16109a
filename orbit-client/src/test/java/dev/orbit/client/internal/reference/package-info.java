/** References against an invoker that tests steer. */
@NullMarked
package dev.orbit.client.internal.reference;

import org.jspecify.annotations.NullMarked;
