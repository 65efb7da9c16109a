/**
 * Faults on real links: a TCP proxy that can be cut, slowed and broken.
 *
 * <p>A {@link dev.orbit.testkit.net.FaultProxy} stands in front of one listener; handing out its
 * endpoint in place of the listener's puts the link under the test's control. It runs on real
 * sockets of the loopback address and in real time.
 */
@NullMarked
package dev.orbit.testkit.net;

import org.jspecify.annotations.NullMarked;
