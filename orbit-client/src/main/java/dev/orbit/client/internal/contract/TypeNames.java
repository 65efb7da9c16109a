package dev.orbit.client.internal.contract;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Types as people write them: without packages. */
public final class TypeNames {
  private TypeNames() {}

  /** The name of {@code type} without packages, as {@code List<Line>}. */
  public static String of(Type type) {
    return switch (type) {
      case Class<?> c -> c.getSimpleName();
      case ParameterizedType p ->
          Arrays.stream(p.getActualTypeArguments())
              .map(TypeNames::of)
              .collect(Collectors.joining(", ", of(p.getRawType()) + "<", ">"));
      case GenericArrayType a -> of(a.getGenericComponentType()) + "[]";
      default -> type.getTypeName();
    };
  }
}
