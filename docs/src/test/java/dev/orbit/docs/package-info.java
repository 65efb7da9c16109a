/** Tests that hold the pages to the code. */
@NullMarked
package dev.orbit.docs;

import org.jspecify.annotations.NullMarked;
