package dev.orbit.raft.internal.atomix;

import io.atomix.primitive.PrimitiveBuilder;
import io.atomix.primitive.PrimitiveManagementService;
import io.atomix.primitive.PrimitiveType;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.primitive.config.PrimitiveConfig;
import io.atomix.primitive.service.Commit;
import io.atomix.primitive.service.PrimitiveService;
import io.atomix.primitive.service.ServiceConfig;
import io.atomix.utils.serializer.Namespace;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/** The service as it would be if each entry were simply applied to the state. */
// Raw in Atomix.
@SuppressWarnings("rawtypes")
final class UnguardedType implements PrimitiveType, PrimitiveTypeRegistry {
  private final HostedType hosted;
  private final UnaryOperator<byte[]> apply;

  /** All but applying is as in {@code hosted}. */
  UnguardedType(HostedType hosted, UnaryOperator<byte[]> apply) {
    this.hosted = hosted;
    this.apply = apply;
  }

  @Override
  public PrimitiveService newService(ServiceConfig config) {
    PrimitiveService service = hosted.newService(config);
    return (PrimitiveService)
        Proxy.newProxyInstance(
            UnguardedType.class.getClassLoader(),
            new Class<?>[] {PrimitiveService.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("apply")) {
                return apply.apply((byte[]) ((Commit<?>) arguments[0]).value());
              }
              try {
                return method.invoke(service, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public String name() {
    return hosted.name();
  }

  @Override
  public Namespace namespace() {
    return hosted.namespace();
  }

  @Override
  public PrimitiveConfig newConfig() {
    return hosted.newConfig();
  }

  @Override
  public PrimitiveBuilder newBuilder(
      String primitiveName, PrimitiveConfig config, PrimitiveManagementService service) {
    return hosted.newBuilder(primitiveName, config, service);
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
