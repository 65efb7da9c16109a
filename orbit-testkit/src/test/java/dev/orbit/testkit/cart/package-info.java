/** The example of the design, hosted by the clusters that test the test kit. */
@NullMarked
package dev.orbit.testkit.cart;

import org.jspecify.annotations.NullMarked;
