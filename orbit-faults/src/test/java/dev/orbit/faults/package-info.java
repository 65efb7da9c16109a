/** Tests of the parts, and the suites that use them. */
package dev.orbit.faults;
