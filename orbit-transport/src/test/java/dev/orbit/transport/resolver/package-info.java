/** Tests of the resolvers in time that the test lets pass; the contract kit runs them for real. */
@NullMarked
package dev.orbit.transport.resolver;

import org.jspecify.annotations.NullMarked;
