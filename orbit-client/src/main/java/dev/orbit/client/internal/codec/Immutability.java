package dev.orbit.client.internal.codec;

import dev.orbit.api.address.Key;
import dev.orbit.client.internal.contract.Addressed;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proves of a value that nobody can change it, so that two actors of one node may share it instead
 * of a copy.
 *
 * <p>Proven are: primitives and their boxes, strings, enums, the values of {@code java.time},
 * UUIDs, big numbers, protobuf messages, references; optionals of such; the collections that {@code
 * List.of}, {@code Set.of}, {@code Map.of} and their {@code copyOf} make, with elements that are
 * proven themselves; and records whose components' values all are. The value is looked at and not
 * its declared type alone, because a {@code List} may be either. Of everything else nothing is
 * claimed, and it is copied by its codec.
 *
 * <p>A value is shared only where the codec would have given its equal: the class must be the
 * declared one, and records with annotations of Jackson are copied, because those may say that a
 * part does not travel.
 */
public final class Immutability {
  /** Values that nest deeper or are larger are copied: proving would cost as much. */
  private static final int MOST_STEPS = 64;

  private static final Set<Class<?>> PLAIN =
      Set.of(
          Boolean.class,
          Byte.class,
          Character.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          String.class,
          java.math.BigDecimal.class,
          java.math.BigInteger.class,
          java.util.UUID.class,
          Key.StringKey.class,
          Key.Int32Key.class,
          Key.Int64Key.class,
          Key.NoKey.class);

  /** The collections of the JDK that have no way to be changed. */
  private static final Set<Class<?>> FIXED =
      Set.of(
          List.of().getClass(),
          List.of(1).getClass(),
          Set.of().getClass(),
          Set.of(1).getClass(),
          Map.of().getClass(),
          Map.of(1, 1).getClass());

  private static final ClassValue<Shape> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          return shapeOf(type);
        }
      };

  private sealed interface Shape {
    /** Nobody can change a value of this class. */
    record Fixed() implements Shape {}

    /** Nobody knows. */
    record Unknown() implements Shape {}

    /** It depends on the components. */
    record Parts(List<Part> parts) implements Shape {}
  }

  private record Part(Type type, MethodHandle read) {}

  private int steps;

  private Immutability() {}

  /** Whether all of these are proven; what is declared stands beside each. */
  public static boolean areImmutable(List<Type> types, @Nullable Object[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!isImmutable(types.get(i), values[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether it is proven that nobody can change {@code value}, declared as {@code type}. */
  public static boolean isImmutable(Type type, @Nullable Object value) {
    return value == null || isPlain(value) || new Immutability().isProven(type, value);
  }

  /** Texts are most of what is passed, and need no search. */
  private static boolean isPlain(Object value) {
    return value instanceof String || PLAIN.contains(value.getClass());
  }

  private boolean isProven(Type type, @Nullable Object value) {
    if (value == null || isPlain(value)) {
      return true;
    }
    if (++steps > MOST_STEPS) {
      return false;
    }
    if (type instanceof ParameterizedType generic) {
      return isProvenGeneric((Class<?>) generic.getRawType(), generic, value);
    }
    if (!(type instanceof Class<?> declared)) {
      return false;
    }
    if (declared.isInterface() && Addressed.addressOf(value).isPresent()) {
      return true;
    }
    // A class whose constants have bodies is another class than the declared one.
    boolean isDeclared = declared.isEnum() || declared == value.getClass();
    return isDeclared
        && switch (SHAPES.get(declared)) {
          case Shape.Fixed() -> true;
          case Shape.Unknown() -> false;
          case Shape.Parts(List<Part> parts) -> arePartsProven(parts, value);
        };
  }

  private boolean isProvenGeneric(Class<?> raw, ParameterizedType generic, Object value) {
    Type[] arguments = generic.getActualTypeArguments();
    if (value instanceof Optional<?> optional) {
      return raw == Optional.class
          && (optional.isEmpty() || isProven(arguments[0], optional.get()));
    }
    if (!FIXED.contains(value.getClass())) {
      return false;
    }
    if (value instanceof Map<?, ?> map) {
      return raw == Map.class
          && map.entrySet().stream()
              .allMatch(
                  e -> isProven(arguments[0], e.getKey()) && isProven(arguments[1], e.getValue()));
    }
    // A Collection may be a list or a set, and the codec decides which one comes out.
    return (raw == List.class || raw == Set.class)
        && ((Collection<?>) value).stream().allMatch(element -> isProven(arguments[0], element));
  }

  private boolean arePartsProven(List<Part> parts, Object value) {
    for (Part part : parts) {
      Object read;
      try {
        read = (Object) part.read().invokeExact(value);
      } catch (Error e) {
        throw e;
      } catch (Throwable e) {
        return false;
      }
      if (!isProven(part.type(), read)) {
        return false;
      }
    }
    return true;
  }

  private static Shape shapeOf(Class<?> type) {
    boolean isValueOfJdk =
        type.getPackageName().equals("java.time") && Modifier.isFinal(type.getModifiers());
    if (type.isPrimitive() || type.isEnum() || isValueOfJdk || isProtobuf(type)) {
      return new Shape.Fixed();
    }
    if (!type.isRecord() || hasJacksonAnnotation(type)) {
      return new Shape.Unknown();
    }
    List<Part> parts = new ArrayList<>();
    try {
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      for (RecordComponent component : type.getRecordComponents()) {
        if (!component.getType().isPrimitive()) {
          // The field and not the accessor: an accessor may give a copy of what others can change.
          Field field = type.getDeclaredField(component.getName());
          MethodHandle read =
              lookup
                  .unreflectGetter(field)
                  .asType(MethodType.methodType(Object.class, Object.class));
          parts.add(new Part(component.getGenericType(), read));
        }
      }
    } catch (ReflectiveOperationException e) {
      return new Shape.Unknown();
    }
    return parts.isEmpty() ? new Shape.Fixed() : new Shape.Parts(List.copyOf(parts));
  }

  private static boolean isProtobuf(Class<?> type) {
    return com.google.protobuf.GeneratedMessage.class.isAssignableFrom(type)
        && Modifier.isFinal(type.getModifiers());
  }

  private static boolean hasJacksonAnnotation(Class<?> type) {
    return Arrays.stream(type.getAnnotations()).anyMatch(Immutability::isOfJackson)
        || Arrays.stream(type.getRecordComponents())
            .flatMap(c -> Arrays.stream(c.getAnnotations()))
            .anyMatch(Immutability::isOfJackson)
        || Arrays.stream(type.getDeclaredMethods())
            .flatMap(m -> Arrays.stream(m.getAnnotations()))
            .anyMatch(Immutability::isOfJackson)
        || Arrays.stream(type.getDeclaredFields())
            .flatMap(f -> Arrays.stream(f.getAnnotations()))
            .anyMatch(Immutability::isOfJackson);
  }

  private static boolean isOfJackson(Annotation annotation) {
    return annotation.annotationType().getName().contains(".jackson.");
  }
}
