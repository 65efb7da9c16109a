package dev.orbit.faults.activation;

import dev.orbit.client.OrbitClient;
import dev.orbit.faults.MonotonicClock;
import dev.orbit.faults.Stamps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A program outside the cluster that calls its actors.
 *
 * <p>Arguments: the directory of stamps, and the endpoints of all nodes. It says {@code ready} when
 * it is connected. Then it is told, by lines:
 *
 * <ul>
 *   <li>{@code begin}: calls from then on
 *   <li>{@code finish}: ends its calls, then says {@code finished}
 *   <li>{@code look N}: looks at every actor that was used, then says {@code looked N}
 * </ul>
 */
final class CallingClient {
  private static final int CALLERS = 12;

  private CallingClient() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    long began = MonotonicClock.nanos();
    List<String> endpoints = Arrays.asList(arguments).subList(1, arguments.length);
    OrbitClient client =
        OrbitClient.builder()
            .cluster(HostingNode.CLUSTER)
            .endpoints(endpoints.toArray(String[]::new))
            .timeout(HostingNode.CALL)
            .connect();
    Callers callers =
        new Callers(client.actors(), Stamps.open(Path.of(arguments[0]), "client"), "client");
    System.out.println("ready");
    Input.obey(
        words -> {
          switch (words[0]) {
            case "begin" -> callers.start(CALLERS);
            case "finish" -> {
              callers.finish();
              System.out.println("finished");
            }
            case "look" -> {
              callers.lookAtAll(began, words[1]);
              System.out.println("looked " + words[1]);
            }
            default -> throw new IllegalStateException(words[0]);
          }
        });
  }
}
