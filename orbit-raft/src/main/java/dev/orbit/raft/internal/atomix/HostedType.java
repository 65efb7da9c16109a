package dev.orbit.raft.internal.atomix;

import io.atomix.primitive.PrimitiveBuilder;
import io.atomix.primitive.PrimitiveManagementService;
import io.atomix.primitive.PrimitiveType;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.primitive.config.PrimitiveConfig;
import io.atomix.primitive.service.PrimitiveService;
import io.atomix.primitive.service.ServiceConfig;
import io.atomix.utils.serializer.Namespace;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The only type of service that a group knows, and the register that knows only it. Without one,
 * Atomix would search the class path.
 */
// Raw in Atomix.
@SuppressWarnings("rawtypes")
final class HostedType implements PrimitiveType, PrimitiveTypeRegistry {
  static final String NAME = "orbit";

  private final MachineHost host;
  private final Set<Long> sessions;
  private final Namespace namespace;

  HostedType(MachineHost host, Set<Long> sessions, Namespace namespace) {
    this.host = host;
    this.sessions = sessions;
    this.namespace = namespace;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Namespace namespace() {
    return namespace;
  }

  @Override
  public PrimitiveService newService(ServiceConfig config) {
    return new HostedService(host, sessions, namespace);
  }

  @Override
  public PrimitiveConfig newConfig() {
    throw new UnsupportedOperationException("the service has no settings");
  }

  @Override
  public PrimitiveBuilder newBuilder(
      String primitiveName, PrimitiveConfig config, PrimitiveManagementService service) {
    throw new UnsupportedOperationException("the service has no client of Atomix's kind");
  }

  @Override
  public Collection<PrimitiveType> getPrimitiveTypes() {
    return List.of(this);
  }

  @Override
  public PrimitiveType getPrimitiveType(String typeName) {
    return this;
  }
}
