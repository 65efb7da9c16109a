package dev.orbit.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives every test of the class, or the one method that it stands on, a {@link Cluster} of its own.
 *
 * <p>Test methods and {@code @BeforeEach} methods can ask for a {@link Cluster}, for {@link
 * dev.orbit.api.Actors} (of a node that is reachable, or of the one that {@link OnNode} names), and
 * for an {@link dev.orbit.runtime.OrbitNode} with {@link OnNode}. The cluster is stable when they
 * begin. When a test fails, the reports and views of all nodes are attached to its failure. When
 * the nodes have been stopped and platform threads of theirs go on, the test fails and names them.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(OrbitTestExtension.class)
public @interface OrbitTest {
  /**
   * How many nodes to start, 1 to {@value ClusterConfig#MAX_NODES}; they are called {@code node-1}
   * and so on.
   */
  int nodes() default 3;

  /** How many of them vote, 1, 3 or 5; 0 takes three where there are as many nodes, else one. */
  int voters() default 0;

  /** The actor classes that every node hosts. */
  Class<?>[] actors() default {};

  /**
   * For how long a node may be silent before others take over, as {@code 2s}, {@code 1500ms} or in
   * ISO form. Shorter than in production, because most tests of faults wait for it to pass.
   */
  String leaseDuration() default "2s";

  /** Where state is kept. */
  StoreKind store() default StoreKind.MEMORY;
}
