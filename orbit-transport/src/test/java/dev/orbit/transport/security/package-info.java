/** Tests of identities and of TLS, with certificates that each test makes for itself. */
@NullMarked
package dev.orbit.transport.security;

import org.jspecify.annotations.NullMarked;
