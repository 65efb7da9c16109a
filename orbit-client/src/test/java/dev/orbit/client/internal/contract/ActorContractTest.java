package dev.orbit.client.internal.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.Actor;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithInt32Key;
import dev.orbit.api.ActorWithInt64Key;
import dev.orbit.api.ActorWithNoKey;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.CallTimeout;
import dev.orbit.api.OneWay;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActorContractTest {
  record Line(String sku, int quantity) {}

  @ActorType("shop.Cart")
  interface Cart extends ActorWithStringKey {
    int add(Line line);

    void clear();

    @OneWay
    void touch();

    CompletionStage<List<Line>> lines();

    CompletableFuture<Void> flush();
  }

  interface Unnamed extends ActorWithInt64Key {
    int get();
  }

  interface Overloaded extends ActorWithNoKey {
    int add(int a);

    int add(int a, String b);

    int remove(int a);
  }

  interface Repository<T> extends ActorWithInt32Key {
    void put(T value);

    Map<String, List<T>> all();

    T[] array();
  }

  interface Lines extends Repository<Line> {}

  interface Special extends Repository<Line> {
    @Override
    void put(Line value);

    void put(Alias value);

    @Override
    Line[] array();
  }

  record Alias(String name) {}

  interface Widget {
    Object make();
  }

  interface Narrowing extends Widget, ActorWithNoKey {
    @Override
    String make();
  }

  interface WithDefaults extends ActorWithStringKey {
    int get();

    default int twice() {
      return 2 * get();
    }

    static int constant() {
      return 7;
    }

    @Override
    String toString();
  }

  @Test
  void readsNameKeyKindAndMethodsInTheOrderOfTheirNames() {
    ActorContract contract = ActorContract.of(Cart.class);

    assertThat(contract.typeName()).isEqualTo("shop.Cart");
    assertThat(contract.keyKind()).isEqualTo(KeyKind.STRING);
    assertThat(contract.methods())
        .extracting(MethodContract::wireName)
        .containsExactly("add", "clear", "flush", "lines", "touch");
    assertThat(contract.methods()).extracting(MethodContract::index).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void tellsHowEachMethodGivesItsResult() {
    ActorContract contract = ActorContract.of(Cart.class);

    assertThat(contract.method("add").orElseThrow().resultKind()).isEqualTo(ResultKind.VALUE);
    assertThat(contract.method("clear").orElseThrow().resultKind()).isEqualTo(ResultKind.VOID);
    assertThat(contract.method("touch").orElseThrow().oneWay()).isTrue();
    MethodContract lines = contract.method("lines").orElseThrow();
    assertThat(lines.resultKind()).isEqualTo(ResultKind.STAGE);
    assertThat(TypeNames.of(lines.resultType())).isEqualTo("List<Line>");
    assertThat(contract.method("flush").orElseThrow().isVoid()).isTrue();
  }

  @Test
  void namesAContractWithoutAnnotationByItsClass() {
    ActorContract contract = ActorContract.of(Unnamed.class);

    assertThat(contract.typeName()).isEqualTo(Unnamed.class.getName());
    assertThat(contract.accepts(Key.of(1L))).isTrue();
    assertThat(contract.accepts(Key.of(1))).isFalse();
  }

  @Test
  void tellsOverloadsApartByTheirParameterTypes() {
    ActorContract contract = ActorContract.of(Overloaded.class);

    assertThat(contract.methods())
        .extracting(MethodContract::wireName)
        .containsExactly("add(int)", "add(int,String)", "remove");
    assertThat(contract.method("add")).isEmpty();
    assertThat(contract.method("remove(int)")).isEqualTo(contract.method("remove"));
  }

  @Test
  void resolvesTheTypeVariablesOfParents() {
    ActorContract contract = ActorContract.of(Lines.class);

    MethodContract put = contract.method("put").orElseThrow();
    assertThat(put.parameterTypes()).containsExactly(Line.class);
    MethodContract all = contract.method("all").orElseThrow();
    assertThat(TypeNames.of(all.resultType())).isEqualTo("Map<String, List<Line>>");
    assertThat(((ParameterizedType) all.resultType()).getActualTypeArguments()[0])
        .isEqualTo(String.class);
    assertThat(contract.method("array").orElseThrow().resultType()).isEqualTo(Line[].class);
  }

  @Test
  void takesACallThroughAParentForTheMethodThatTheContractDeclaresAgain() throws Exception {
    Method ofParent = Special.class.getMethod("put", Object.class);
    Method ofChild = Special.class.getMethod("put", Line.class);

    ActorContract contract = ActorContract.of(Special.class);

    assertThat(contract.methods())
        .extracting(MethodContract::wireName)
        .containsExactly("all", "array", "put(Alias)", "put(Line)");
    assertThat(contract.method(ofChild)).isPresent();
    assertThat(contract.method(ofParent)).isEqualTo(contract.method(ofChild));
  }

  @Test
  void takesTheNarrowerResultOfTwoDeclarations() {
    Method wide =
        Arrays.stream(Narrowing.class.getMethods())
            .filter(m -> m.getReturnType() == Object.class)
            .findFirst()
            .orElseThrow();

    ActorContract contract = ActorContract.of(Narrowing.class);

    assertThat(contract.methods()).hasSize(1);
    assertThat(contract.methods().getFirst().resultType()).isEqualTo(String.class);
    assertThat(contract.method(wide)).contains(contract.methods().getFirst());
  }

  @Test
  void countsDefaultMethodsButNeitherStaticOnesNorThoseOfObject() {
    ActorContract contract = ActorContract.of(WithDefaults.class);

    assertThat(contract.methods())
        .extracting(MethodContract::wireName)
        .containsExactly("get", "twice");
  }

  @ParameterizedTest
  @ValueSource(classes = {Cart.class, Overloaded.class})
  void knowsItsMethodsInWhateverInstancesTheyCome(Class<?> type) throws Exception {
    ActorContract contract = ActorContract.of(type);
    Method foreign = Object.class.getMethod("toString");
    for (int i = 0; i < 100; i++) {
      // Each time other instances, of which there are more than a contract remembers.
      for (Method own : type.getMethods()) {
        Optional<MethodContract> first = contract.method(own);
        assertThat(first).map(MethodContract::method).contains(own);
        assertThat(contract.method(own)).isEqualTo(first);
      }
      assertThat(contract.method(foreign)).isEmpty();
      assertThat(contract.method(foreign)).isEmpty();
    }
  }

  @Test
  void readsAContractOnce() {
    ActorContract contract = ActorContract.of(Cart.class);

    assertThat(ActorContract.of(Cart.class)).isSameAs(contract);
  }

  @Test
  void declaresTheExceptionsOfTheThrowsClauseAndThePermittedOnes() {
    MethodContract method = ActorContract.of(Throwing.class).method("run").orElseThrow();

    assertThat(method.declaredExceptions())
        .containsExactlyInAnyOrder(Trouble.class, Small.class, IOException.class);
  }

  abstract static sealed class Trouble extends Exception permits Small {
    Trouble(String message) {
      super(message);
    }
  }

  static final class Small extends Trouble {
    Small(String message) {
      super(message);
    }
  }

  static final class Mute extends Exception {}

  interface Throwing extends ActorWithNoKey {
    void run() throws Trouble, IOException, Exception;
  }

  interface MuteThrowing extends ActorWithNoKey {
    void run() throws Mute;
  }

  static class AClass implements ActorWithNoKey {}

  interface NoRoot {}

  interface TwoRoots extends ActorWithNoKey, ActorWithStringKey {}

  sealed interface Sealed extends ActorWithNoKey permits SealedChild {}

  non-sealed interface SealedChild extends Sealed {}

  @ActorType("no spaces")
  interface BadName extends ActorWithNoKey {}

  interface Twins extends ActorWithNoKey {
    void take(java.util.Date date);

    void take(java.sql.Date date);
  }

  interface GenericMethod extends ActorWithNoKey {
    <T> T echo(T value);
  }

  interface OneWayResult extends ActorWithNoKey {
    @OneWay
    int run();
  }

  interface RawStage extends ActorWithNoKey {
    @SuppressWarnings("rawtypes")
    CompletionStage run();
  }

  interface TakesObject extends ActorWithNoKey {
    void run(Object any);
  }

  interface TakesListOfObjects extends ActorWithNoKey {
    void run(List<?> any);
  }

  interface TakesSupplier extends ActorWithNoKey {
    void run(Supplier<String> code);
  }

  interface TakesRunnable extends ActorWithNoKey {
    void run(Optional<Runnable> code);
  }

  interface TakesStream extends ActorWithNoKey {
    void run(InputStream in);
  }

  interface TakesThread extends ActorWithNoKey {
    void run(Thread[] threads);
  }

  interface TakesFuture extends ActorWithNoKey {
    void run(CompletableFuture<String> later);
  }

  interface GivesFuture extends ActorWithNoKey {
    Future<String> run();
  }

  interface GivesIterator extends ActorWithNoKey {
    Iterator<String> run();
  }

  interface GivesJavaStream extends ActorWithNoKey {
    Stream<String> run();
  }

  record Holder(String name, Runnable action) {}

  interface TakesHolder extends ActorWithNoKey {
    void run(Holder holder);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(AClass.class, "it is a class"),
        Arguments.of(NoRoot.class, "it extends none of ActorWithStringKey"),
        Arguments.of(Actor.class, "it extends none of ActorWithStringKey"),
        Arguments.of(TwoRoots.class, "it extends ActorWithStringKey and ActorWithNoKey"),
        Arguments.of(ActorWithNoKey.class, "it has no methods of its own"),
        Arguments.of(Sealed.class, "it is sealed"),
        Arguments.of(BadName.class, "'no spaces' is not 1 to 200 letters"),
        Arguments.of(Twins.class, "both called take(Date) on the wire; rename one"),
        Arguments.of(Repository.class, "its result is of type"),
        Arguments.of(GenericMethod.class, "method echo(Object): it has type parameters"),
        Arguments.of(OneWayResult.class, "it is @OneWay but returns int"),
        Arguments.of(RawStage.class, "its result is a raw CompletionStage"),
        Arguments.of(TakesObject.class, "its parameter 1 cannot travel: Object says nothing"),
        Arguments.of(TakesListOfObjects.class, "Object says nothing"),
        Arguments.of(TakesSupplier.class, "Supplier is code"),
        Arguments.of(TakesRunnable.class, "Runnable is code"),
        Arguments.of(TakesStream.class, "InputStream is an open resource"),
        Arguments.of(TakesThread.class, "Thread means nothing in another process"),
        Arguments.of(TakesFuture.class, "CompletableFuture means nothing in another process"),
        Arguments.of(GivesFuture.class, "its result cannot travel: Future means nothing"),
        Arguments.of(GivesIterator.class, "its result cannot travel: Iterator means nothing"),
        Arguments.of(GivesJavaStream.class, "its result cannot travel: Stream means nothing"),
        Arguments.of(TakesHolder.class, "component 'action' of Holder: Runnable is code"),
        Arguments.of(MuteThrowing.class, "it throws Mute, which has no constructor"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesWhatCannotWorkAndSaysWhy(Class<?> contract, String reason) {
    assertThatThrownBy(() -> ActorContract.of(contract))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONTRACT))
        .hasMessageContaining(contract.getName())
        .hasMessageContaining(reason);
  }

  @ActorType("bank.Vault")
  interface Vault extends ActorWithStringKey {
    long take(long cents);

    void put(long cents);

    void put(String note);
  }

  @ActorType("bank.Vault")
  interface Inspected extends ActorWithStringKey {
    @CallTimeout(5)
    long take(long cents);

    int put(int coins);

    String report();
  }

  @ActorType("bank.Vault")
  interface Contradicting extends ActorWithStringKey {
    int take(int coins);
  }

  @ActorType("bank.Vault")
  interface OtherKey extends ActorWithInt32Key {
    String number();
  }

  @Test
  void severalContractsOfOneTypeAreViewsOfTheSameActors() {
    ActorContract joined =
        ActorContract.joined(
            List.of(ActorContract.of(Vault.class), ActorContract.of(Inspected.class)));

    assertThat(joined.typeName()).isEqualTo("bank.Vault");
    assertThat(joined.methods())
        .extracting(MethodContract::wireName)
        .containsExactly("put", "put(String)", "put(long)", "report", "take");
    for (int i = 0; i < joined.methods().size(); i++) {
      assertThat(joined.methods().get(i).index()).isEqualTo(i);
    }
    for (Class<?> view : List.of(Vault.class, Inspected.class)) {
      for (MethodContract method : ActorContract.of(view).methods()) {
        MethodContract hosted = joined.method(method.wireName()).orElseThrow();
        assertThat(hosted.parameterTypes()).isEqualTo(method.parameterTypes());
        assertThat(joined.method(method.method())).contains(hosted);
      }
    }
  }

  @Test
  void contractsOfOneTypeThatContradictOneAnotherAreRefused() {
    ActorContract vault = ActorContract.of(Vault.class);

    assertThatThrownBy(
            () -> ActorContract.joined(List.of(vault, ActorContract.of(Contradicting.class))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("both called 'take' on the wire");
    assertThatThrownBy(() -> ActorContract.joined(List.of(vault, ActorContract.of(OtherKey.class))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("bank.Vault");
  }
}
