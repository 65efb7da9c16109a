package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the journal that a constructor parameter of type {@link Journal} gives access to. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Journaled {
  /**
   * The name, unique among the states and journals of the actor: 1 to 80 letters, digits, {@code .
   * _} or {@code -}.
   */
  String value();

  /**
   * After how many appends the folded state is written as a snapshot, 1 to 10,000. More of them
   * make activation slower, which reads as many entries; fewer write the whole state more often.
   * May be changed between releases.
   */
  int snapshotEvery() default 100;
}
