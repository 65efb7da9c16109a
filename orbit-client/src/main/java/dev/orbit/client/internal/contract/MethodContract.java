package dev.orbit.client.internal.contract;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One method of a contract.
 *
 * @param actorType the type name of the contract
 * @param wireName the name on the wire: the method's own when the contract has no overload of it,
 *     else with the simple names of the parameter types, as {@code add(String,int)}
 * @param method the method of the interface; accessible by reflection
 * @param parameterTypes with all type variables resolved
 * @param resultType with all type variables resolved; of a stage, what it completes with; {@code
 *     void} or {@link Void} when there is nothing
 * @param resultKind how the result is given
 * @param traits what its annotations say
 * @param index the position in {@link ActorContract#methods}
 */
public record MethodContract(
    String actorType,
    String wireName,
    Method method,
    List<Type> parameterTypes,
    Type resultType,
    ResultKind resultKind,
    MethodTraits traits,
    int index) {
  public MethodContract {
    parameterTypes = List.copyOf(parameterTypes);
  }

  /** The same at another position. */
  MethodContract at(int position) {
    return new MethodContract(
        actorType, wireName, method, parameterTypes, resultType, resultKind, traits, position);
  }

  /**
   * Whether a class that implements both implements them by one method, and hosts treat both alike.
   */
  boolean isSameAs(MethodContract other) {
    return method.getName().equals(other.method.getName())
        && parameterTypes.equals(other.parameterTypes)
        && resultType.equals(other.resultType)
        && resultKind == other.resultKind
        && traits.isHostedAs(other.traits)
        && Set.copyOf(declaredExceptions()).equals(Set.copyOf(other.declaredExceptions()));
  }

  /** Whether the caller takes no answer. */
  public boolean oneWay() {
    return traits.oneWay();
  }

  /** What the caller of a method gets that is {@code OnlyIfActive} and did not run. */
  public @Nullable Object absent() {
    return isVoid() ? null : Optional.empty();
  }

  /** Whether the method gives nothing but the fact that it has run. */
  public boolean isVoid() {
    return resultType == void.class || resultType == Void.class;
  }

  /**
   * The exceptions that reach the caller as themselves: those in the {@code throws} clause and, of
   * sealed ones, the permitted ones. {@link Exception}, {@link RuntimeException} and {@link
   * Throwable} are not among them, because they say nothing.
   */
  public List<Class<? extends Throwable>> declaredExceptions() {
    return Exceptions.declaredBy(method);
  }

  /** The parameter at {@code position} in words, as {@code parameter 2 (int)}, for messages. */
  public String describeParameter(int position) {
    var parameter = method.getParameters()[position];
    String type = TypeNames.of(parameterTypes.get(position));
    return parameter.isNamePresent()
        ? "parameter %d (%s %s)".formatted(position + 1, type, parameter.getName())
        : "parameter %d (%s)".formatted(position + 1, type);
  }

  /** Methods are keys of tables that are asked at every call; what tells them apart is enough. */
  @Override
  public int hashCode() {
    return 31 * actorType.hashCode() + method.hashCode();
  }

  /** {@code type.method}, as in messages and call chains. */
  @Override
  public String toString() {
    return actorType + "." + wireName;
  }
}
