package dev.orbit.testkit.resolver;

import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.transport.env.SystemEnvironment;
import dev.orbit.transport.resolver.FileNodeResolver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;

class FileNodeResolverIT implements NodeResolverContract {
  @TempDir private Path folder;

  @Override
  public NodeResolverFixture fixture() throws IOException {
    return new FileFixture(folder);
  }

  private static final class FileFixture implements NodeResolverFixture {
    private final SystemEnvironment environment = new SystemEnvironment();
    private final Map<NodeId, Endpoint> nodes = new TreeMap<>();
    private final Path file;
    private final FileNodeResolver resolver;

    FileFixture(Path folder) throws IOException {
      file = Files.writeString(folder.resolve("nodes"), "# nobody yet\n");
      resolver =
          new FileNodeResolver(environment, CLUSTER, file, FileNodeResolver.MIN_POLL_INTERVAL);
    }

    @Override
    public NodeResolver resolver() {
      return resolver;
    }

    @Override
    public void register(NodeId node, Endpoint endpoint) {
      nodes.put(node, endpoint);
      write();
    }

    @Override
    public void remove(NodeId node) {
      nodes.remove(node);
      write();
    }

    private void write() {
      StringBuilder text = new StringBuilder();
      nodes.forEach((node, endpoint) -> text.append(node.key() + "=" + endpoint + "\n"));
      try {
        Path next = Files.writeString(file.resolveSibling("nodes.next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      resolver.close();
      environment.close();
    }
  }
}
