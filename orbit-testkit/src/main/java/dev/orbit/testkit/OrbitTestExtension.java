package dev.orbit.testkit;

import dev.orbit.api.Actors;
import dev.orbit.runtime.OrbitNode;
import java.lang.reflect.Constructor;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What {@link OrbitTest} stands for: a cluster before each test, and its end and examination
 * afterwards.
 */
final class OrbitTestExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(OrbitTestExtension.class);
  private static final Pattern SHORT_FORM = Pattern.compile("(\\d+)\\s*(ms|s|m)");
  private static final Duration THREADS_END_WITHIN = Duration.ofSeconds(10);

  private record Running(Cluster cluster, ThreadLeaks threads) {}

  @Override
  public void beforeEach(ExtensionContext context) {
    ClusterConfig config = config(annotation(context));
    ThreadLeaks threads = ThreadLeaks.watch();
    context.getStore(NAMESPACE).put(Running.class, new Running(Cluster.start(config), threads));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Running running = context.getStore(NAMESPACE).remove(Running.class, Running.class);
    if (running == null) {
      return;
    }
    Optional<Throwable> failure = context.getExecutionException();
    failure.ifPresent(
        thrown -> thrown.addSuppressed(new ClusterReport(running.cluster().describe())));
    running.cluster().close();
    List<String> left = running.threads().await(THREADS_END_WITHIN);
    if (!left.isEmpty()) {
      ThreadsLeftBehind leak = new ThreadsLeftBehind(left);
      if (failure.isEmpty()) {
        throw leak;
      }
      failure.get().addSuppressed(leak);
    }
  }

  private static OrbitTest annotation(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), OrbitTest.class)
        .or(() -> AnnotationSupport.findAnnotation(context.getTestClass(), OrbitTest.class))
        .orElseThrow(
            () ->
                new ExtensionConfigurationException("@OrbitTest is neither here nor on the class"));
  }

  private static ClusterConfig config(OrbitTest annotation) {
    return ClusterConfig.builder()
        .nodes(annotation.nodes())
        .voters(annotation.voters())
        .actors(annotation.actors())
        .leaseDuration(duration(annotation.leaseDuration()))
        .store(annotation.store())
        .build();
  }

  static Duration duration(String text) {
    Matcher matcher = SHORT_FORM.matcher(text.strip());
    if (!matcher.matches()) {
      try {
        return Duration.parse(text);
      } catch (DateTimeParseException e) {
        throw new ExtensionConfigurationException(
            "leaseDuration '%s' is not a duration; write it as 2s, 1500ms, 1m or PT2S"
                .formatted(text),
            e);
      }
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      default -> Duration.ofMinutes(number);
    };
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Cluster.class || type == Actors.class || type == OrbitNode.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.getDeclaringExecutable() instanceof Constructor<?>) {
      throw new ParameterResolutionException(
          "the cluster is made for each test: ask for it in the test or in @BeforeEach, not in the"
              + " constructor");
    }
    Running running = context.getStore(NAMESPACE).get(Running.class, Running.class);
    if (running == null) {
      throw new ParameterResolutionException(
          "there is no cluster outside a test: ask for it in the test or in @BeforeEach");
    }
    Cluster cluster = running.cluster();
    Class<?> type = parameter.getParameter().getType();
    Optional<String> name = parameter.findAnnotation(OnNode.class).map(OnNode::value);
    if (type == Cluster.class) {
      return cluster;
    }
    if (type == Actors.class) {
      return name.map(cluster::actors).orElseGet(cluster::actors);
    }
    return cluster.node(
        name.orElseThrow(
            () ->
                new ParameterResolutionException(
                    "which node? write @OnNode(\"node-1\") before the parameter")));
  }

  /** Carries the reports of all nodes to wherever the failure is printed. */
  private static final class ClusterReport extends Throwable {
    private static final long serialVersionUID = 1L;

    ClusterReport(String text) {
      super(text, null, false, false);
    }
  }

  /** Threads of the nodes that go on after the nodes were stopped. */
  private static final class ThreadsLeftBehind extends AssertionError {
    private static final long serialVersionUID = 1L;

    ThreadsLeftBehind(List<String> names) {
      super("the cluster was closed and left threads behind: " + String.join("; ", names));
    }
  }
}
