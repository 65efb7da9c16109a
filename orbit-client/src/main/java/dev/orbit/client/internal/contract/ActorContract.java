package dev.orbit.client.internal.contract;

import dev.orbit.api.Actor;
import dev.orbit.api.ActorType;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A contract: the name of the actor type, the kind of its keys and its methods.
 *
 * <p>Every method of the interface that is not static runs as a turn of the actor, default methods
 * too: an actor class may override them, and what they do stays one turn. Reading a contract costs
 * reflection once; the result is kept as long as the interface is.
 *
 * <p>Thread-safe; what it says never changes.
 */
public final class ActorContract {
  private static final Pattern TYPE_NAME = Pattern.compile("[\\p{L}\\p{N}._$-]{1,200}");

  private static final ClassValue<ActorContract> CONTRACTS =
      new ClassValue<>() {
        @Override
        protected ActorContract computeValue(Class<?> contract) {
          return read(contract);
        }
      };

  /** A power of two. */
  private static final int GIVEN = 64;

  /** A method has one of so many places; if all are taken it is looked up. */
  private static final int PROBES = 4;

  /**
   * A method as the proxies of a contract give it. They have their own instances, always the same,
   * and to compare one with that of the interface is a good part of what a call costs.
   */
  private record Given(Method method, Optional<MethodContract> meant) {
    @SuppressWarnings("ReferenceEquality")
    boolean is(Method other) {
      return method == other;
    }
  }

  private final Class<?> type;
  private final String typeName;
  private final KeyKind keyKind;
  private final List<MethodContract> methods;
  private final Map<String, MethodContract> byWireName;
  private final Map<Method, MethodContract> byMethod;

  /** Written without a lock: a thread that does not see a place taken looks into the map. */
  private final @Nullable Given[] given = new @Nullable Given[GIVEN];

  private ActorContract(Class<?> type, String typeName, KeyKind keyKind, MethodTable table) {
    this.type = type;
    this.typeName = typeName;
    this.keyKind = keyKind;
    this.methods = table.methods();
    this.byWireName = table.byWireName();
    this.byMethod = table.byMethod();
  }

  /**
   * The contract that {@code type} states.
   *
   * @throws ConfigurationException with {@code BAD_CONTRACT} if it cannot work; the message names
   *     the method, the reason and the remedy
   */
  public static ActorContract of(Class<?> type) {
    return CONTRACTS.get(type);
  }

  /**
   * What actors offer that are seen by several contracts of one type name.
   *
   * @throws ConfigurationException with {@code BAD_CONTRACT} if they contradict one another
   */
  public static ActorContract joined(List<ActorContract> contracts) {
    ActorContract first = contracts.getFirst();
    for (ActorContract other : contracts) {
      if (other.keyKind != first.keyKind) {
        throw refuse(
            other.type,
            "its actors are named by %s and those of %s, of the same type %s, by %s"
                .formatted(
                    other.keyKind.description(),
                    first.type.getName(),
                    first.typeName,
                    first.keyKind.description()));
      }
    }
    List<MethodTable> tables =
        contracts.stream()
            .map(each -> new MethodTable(each.methods, each.byWireName, each.byMethod))
            .toList();
    return new ActorContract(first.type, first.typeName, first.keyKind, MethodTable.joined(tables));
  }

  /** The interface; of several contracts, one of them. */
  public Class<?> type() {
    return type;
  }

  /** The name on the wire and in state stores. */
  public String typeName() {
    return typeName;
  }

  /** By what the actors are named. */
  public KeyKind keyKind() {
    return keyKind;
  }

  /** The methods in the order of their wire names. */
  public List<MethodContract> methods() {
    return methods;
  }

  /**
   * The method of that name on the wire; the form with parameter types is understood for every
   * method.
   */
  public Optional<MethodContract> method(String wireName) {
    return Optional.ofNullable(byWireName.get(wireName));
  }

  /**
   * The method that a call of {@code method} on a reference means; empty for those of {@link
   * Object} and the static ones.
   */
  public Optional<MethodContract> method(Method method) {
    int first = System.identityHashCode(method);
    int free = -1;
    for (int i = 0; i < PROBES && free < 0; i++) {
      int place = (first + i) & (GIVEN - 1);
      Given seen = given[place];
      if (seen == null) {
        free = place;
      } else if (seen.is(method)) {
        return seen.meant;
      }
    }
    Optional<MethodContract> meant = Optional.ofNullable(byMethod.get(method));
    if (free >= 0) {
      given[free] = new Given(method, meant);
    }
    return meant;
  }

  /** Whether the contract's actors are named by keys such as {@code key}. */
  public boolean accepts(Key key) {
    return KeyKind.of(key) == keyKind;
  }

  @Override
  public String toString() {
    return "contract " + typeName;
  }

  private static ActorContract read(Class<?> type) {
    KeyKind kind = keyKindOf(type);
    String name = typeNameOf(type);
    return new ActorContract(type, name, kind, MethodTable.read(type, name));
  }

  private static KeyKind keyKindOf(Class<?> type) {
    if (!type.isInterface()) {
      throw refuse(
          type, "it is a class; a contract is an interface, implemented by the actor class");
    }
    List<KeyKind> kinds =
        Arrays.stream(KeyKind.values()).filter(k -> k.root().isAssignableFrom(type)).toList();
    if (kinds.isEmpty() || type == Actor.class) {
      throw refuse(
          type,
          "it extends none of ActorWithStringKey, ActorWithInt32Key, ActorWithInt64Key and"
              + " ActorWithNoKey; extend the one that says how its actors are named");
    }
    if (kinds.size() > 1) {
      throw refuse(
          type,
          "it extends %s and %s; an actor is named in one way, extend one of them"
              .formatted(kinds.get(0).root().getSimpleName(), kinds.get(1).root().getSimpleName()));
    }
    if (type == kinds.getFirst().root()) {
      throw refuse(type, "it has no methods of its own; extend it by an interface that has");
    }
    if (type.isSealed()) {
      throw refuse(type, "it is sealed, so that no reference can implement it; remove 'sealed'");
    }
    return kinds.getFirst();
  }

  private static String typeNameOf(Class<?> type) {
    ActorType annotation = type.getAnnotation(ActorType.class);
    String name = annotation == null ? type.getName() : annotation.value();
    if (!TYPE_NAME.matcher(name).matches()) {
      throw refuse(
          type,
          ("its type name '%s' is not 1 to 200 letters, digits and . _ - $;"
                  + " give it a name by @ActorType")
              .formatted(name));
    }
    return name;
  }

  static ConfigurationException refuse(Class<?> type, String reason) {
    return new ConfigurationException(
        ErrorCode.BAD_CONTRACT, "%s cannot be a contract: %s".formatted(type.getName(), reason));
  }
}
