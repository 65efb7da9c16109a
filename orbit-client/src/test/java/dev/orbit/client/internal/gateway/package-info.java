/** The choice of the gateway, with time and answers in the hands of tests. */
@NullMarked
package dev.orbit.client.internal.gateway;

import org.jspecify.annotations.NullMarked;
