package dev.orbit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What the extension says when tests go wrong, seen by running tests that do. */
class OrbitTestExtensionIT {
  private static final CountDownLatch STRAY_MAY_END = new CountDownLatch(1);

  @AfterAll
  static void endTheStray() {
    STRAY_MAY_END.countDown();
  }

  @OrbitTest(nodes = 1)
  static class Failing {
    @Test
    void fails(Cluster cluster) {
      throw new AssertionError("on purpose, with " + cluster.names());
    }
  }

  @OrbitTest(nodes = 1)
  static class Straying {
    @Test
    void leavesAThreadBehind(Cluster cluster) {
      Thread.ofPlatform().daemon().name("stray").start(Straying::linger);
      assertThat(cluster.running()).containsExactly("node-1");
    }

    private static void linger() {
      try {
        STRAY_MAY_END.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @OrbitTest(nodes = 1)
  static class Constructed {
    Constructed(Cluster cluster) {
      assertThat(cluster).isNotNull();
    }

    @Test
    void isNeverReached() {}
  }

  @OrbitTest(nodes = 1, leaseDuration = "soon")
  static class Misconfigured {
    @Test
    void isNeverReached() {}
  }

  private static Throwable failureOf(Class<?> testClass) {
    List<Throwable> failures = new ArrayList<>();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(testClass)).build();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                result.getThrowable().ifPresent(failures::add);
              }
            });
    assertThat(failures).hasSize(1);
    return failures.getFirst();
  }

  @Test
  void aFailureCarriesTheReportsAndViewsOfAllNodes() {
    Throwable failure = failureOf(Failing.class);

    assertThat(failure).hasMessage("on purpose, with [node-1]");
    assertThat(failure.getSuppressed())
        .singleElement()
        .asString()
        .contains("cluster of [node-1], voters [node-1], cut off []")
        .contains("ready=true NodeReport[member=test/node-1#")
        .contains("view ");
  }

  @Test
  void aThreadThatOutlivesTheClusterFailsTheTestThatLeftIt() {
    Throwable failure = failureOf(Straying.class);

    assertThat(failure)
        .hasMessageStartingWith("the cluster was closed and left threads behind: stray at ");
  }

  @Test
  void aClusterForAConstructorIsRefusedWithWhereToAskInstead() {
    Throwable failure = failureOf(Constructed.class);

    assertThat(failure).hasMessageContaining("ask for it in the test or in @BeforeEach");
  }

  @Test
  void aLeaseThatIsNoDurationIsRefused() {
    Throwable failure = failureOf(Misconfigured.class);

    assertThat(failure).hasMessageContaining("leaseDuration 'soon' is not a duration");
  }
}
