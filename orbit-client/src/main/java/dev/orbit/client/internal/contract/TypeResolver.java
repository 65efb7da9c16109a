package dev.orbit.client.internal.contract;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Replaces type variables by what an interface binds them to along its hierarchy, so that {@code
 * Repository<T>} may be the parent of a contract {@code Users extends Repository<User>}.
 */
final class TypeResolver {
  private final Map<TypeVariable<?>, Type> bindings = new HashMap<>();

  TypeResolver(Class<?> contract) {
    collect(contract);
  }

  private void collect(Class<?> type) {
    for (Type parent : type.getGenericInterfaces()) {
      if (parent instanceof ParameterizedType parameterized) {
        TypeVariable<?>[] variables = ((Class<?>) parameterized.getRawType()).getTypeParameters();
        for (int i = 0; i < variables.length; i++) {
          bindings.put(variables[i], parameterized.getActualTypeArguments()[i]);
        }
        collect((Class<?>) parameterized.getRawType());
      } else if (parent instanceof Class<?> plain) {
        collect(plain);
      }
    }
  }

  /**
   * The type without variables; empty when one of them is bound to nothing. A wildcard becomes its
   * upper bound.
   */
  Optional<Type> resolve(Type type) {
    return switch (type) {
      case Class<?> plain -> Optional.of(plain);
      case TypeVariable<?> variable ->
          Optional.ofNullable(bindings.get(variable)).flatMap(this::resolve);
      case WildcardType wildcard -> resolve(wildcard.getUpperBounds()[0]);
      case GenericArrayType array ->
          resolve(array.getGenericComponentType()).map(TypeResolver::arrayOf);
      case ParameterizedType parameterized -> resolveArguments(parameterized);
      default -> Optional.empty();
    };
  }

  private static Type arrayOf(Type component) {
    return component instanceof Class<?> plain ? plain.arrayType() : new ArrayOf(component);
  }

  private Optional<Type> resolveArguments(ParameterizedType type) {
    Type[] arguments = type.getActualTypeArguments();
    for (int i = 0; i < arguments.length; i++) {
      Optional<Type> argument = resolve(arguments[i]);
      if (argument.isEmpty()) {
        return Optional.empty();
      }
      arguments[i] = argument.get();
    }
    return Optional.of(new Parameterized((Class<?>) type.getRawType(), List.of(arguments)));
  }

  private record Parameterized(Class<?> raw, List<Type> arguments) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(Type[]::new);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return raw.getDeclaringClass();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ParameterizedType type
          && raw.equals(type.getRawType())
          && Arrays.equals(getActualTypeArguments(), type.getActualTypeArguments());
    }

    @Override
    public int hashCode() {
      return 31 * raw.hashCode() + arguments.hashCode();
    }

    @Override
    public String toString() {
      return arguments.stream()
          .map(Type::getTypeName)
          .collect(Collectors.joining(", ", raw.getName() + "<", ">"));
    }
  }

  private record ArrayOf(Type component) implements GenericArrayType {
    @Override
    public Type getGenericComponentType() {
      return component;
    }

    @Override
    public String toString() {
      return component.getTypeName() + "[]";
    }
  }
}
