package dev.orbit.runtime.internal.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.Journal;
import dev.orbit.api.Journaled;
import dev.orbit.api.JournaledState;
import dev.orbit.api.MailboxCapacity;
import dev.orbit.api.Persistent;
import dev.orbit.api.Placed;
import dev.orbit.api.Remindable;
import dev.orbit.api.Reminder;
import dev.orbit.api.State;
import dev.orbit.api.StatelessWorker;
import dev.orbit.api.cluster.PlacementRule;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.client.internal.call.TypeTimeouts;
import dev.orbit.runtime.spi.ActorDependencies;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RegistrationsTest {
  /** A contract. */
  @ActorType("test.Greeter")
  public interface Greeter extends ActorWithStringKey {
    String greet(String name, int times);
  }

  /** Another contract. */
  public interface Other extends ActorWithStringKey {
    String other();
  }

  record Greeting(String text) {
    static Greeting initial() {
      return new Greeting("Hello");
    }
  }

  record NoInitial(String text) {}

  record BrokenInitial(String text) {
    @SuppressWarnings("DoNotCallSuggester") // Called by reflection.
    static BrokenInitial initial() {
      throw new IllegalStateException("no text today");
    }
  }

  static class Good implements Greeter {
    private final State<Greeting> greeting;

    Good(@Persistent("greeting") State<Greeting> greeting, ActorContext context, Clock clock) {
      this.greeting = greeting;
    }

    @Override
    public String greet(String name, int times) {
      return (greeting == null ? "Hi " : greeting.value().text()) + name.repeat(times);
    }
  }

  private static final ActorDependencies CLOCK =
      (actorClass, parameter) ->
          parameter.getType() == Clock.class ? Optional.of(Clock.systemUTC()) : Optional.empty();

  @Test
  void makesInstancesAndCallsThem() throws Throwable {
    ActorRegistration registration =
        Registrations.read(List.of(Good.class), CLOCK).find("test.Greeter").orElseThrow();

    Object instance =
        registration.instantiate(
            new ActorContext() {
              @Override
              public dev.orbit.api.address.AddressableReference address() {
                throw new IllegalStateException();
              }

              @Override
              public dev.orbit.api.address.NodeId node() {
                throw new IllegalStateException();
              }

              @Override
              public dev.orbit.api.Actors actors() {
                throw new IllegalStateException();
              }

              @Override
              public dev.orbit.api.Timers timers() {
                throw new IllegalStateException();
              }

              @Override
              public dev.orbit.api.Reminders reminders() {
                throw new IllegalStateException();
              }

              @Override
              public Map<String, String> baggage() {
                return Map.of();
              }

              @Override
              public Optional<Duration> remaining() {
                return Optional.empty();
              }

              @Override
              public <T> T offload(Callable<T> work) throws Exception {
                return work.call();
              }

              @Override
              public void keepAlive(Duration duration) {}

              @Override
              public Optional<String> principal() {
                return Optional.empty();
              }

              @Override
              public void deactivateWhenIdle() {}
            },
            new InitialStates());
    Object answer =
        registration.call(
            instance, registration.contract().method("greet").orElseThrow(), new Object[] {"a", 3});

    assertThat(answer).isEqualTo("Helloaaa");
    assertThat(registration.states()).extracting(StateSlot::name).containsExactly("greeting");
  }

  @Test
  void theSameClassTwiceIsOneRegistration() {
    Registrations registrations = Registrations.read(List.of(Good.class, Good.class), CLOCK);

    assertThat(registrations.types()).containsExactly("test.Greeter");
  }

  static class Second implements Greeter {
    @Override
    public String greet(String name, int times) {
      return name;
    }
  }

  @Test
  void twoClassesOfOneTypeAreRefused() {
    assertThatThrownBy(() -> Registrations.read(List.of(Good.class, Second.class), CLOCK))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("Good")
        .hasMessageContaining("Second");
  }

  static class NoContract {}

  static class TwoContracts extends Second implements Other {
    @Override
    public String other() {
      return "";
    }
  }

  @MailboxCapacity(0)
  static class NoRoom extends Second {}

  @MailboxCapacity(5)
  static class Small extends Second {}

  @Test
  void theConfigurationWinsOverWhatTheClassSaysOfItsMailbox() {
    ActorRegistration plain =
        Registrations.read(List.of(Small.class), CLOCK).find("test.Greeter").orElseThrow();
    ActorRegistration configured =
        Registrations.read(
                List.of(Small.class),
                CLOCK,
                Map.of(
                    "test.Greeter",
                    new TypeOptions(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(9),
                        TypeTimeouts.NONE)))
            .find("test.Greeter")
            .orElseThrow();

    assertThat(plain.mailboxCapacity()).contains(5);
    assertThat(configured.mailboxCapacity()).contains(9);
  }

  @Placed(strategy = "random", prefers = "zone=a")
  static class Anywhere extends Second {}

  @Test
  void aClassSaysWhichStrategyPlacesItsActors() {
    assertThat(Registrations.read(List.of(Anywhere.class), CLOCK).placements())
        .isEqualTo(
            Map.of(
                "test.Greeter",
                PlacementRule.DEFAULT.by("random").preferring(Map.of("zone", "a"))));
  }

  @StatelessWorker(max = 4)
  static class Worker extends Second {}

  @Test
  void theWorkersOfAClassAreBounded() {
    Registrations read = Registrations.read(List.of(Worker.class), CLOCK);

    assertThat(read.find("test.Greeter").orElseThrow().workers()).isEqualTo(4);
    assertThat(read.placements().get("test.Greeter").isStateless()).isTrue();
  }

  @StatelessWorker(max = 0)
  static class NoWorkers extends Second {}

  @StatelessWorker
  static class StatefulWorker extends Second {
    StatefulWorker(@Persistent("s") State<Greeting> state) {}
  }

  @StatelessWorker
  @Placed(strategy = "random")
  static class PlacedWorker extends Second {}

  @Placed(strategy = PlacementRule.STATELESS)
  static class NotAWorker extends Second {}

  @StatelessWorker
  static class RemindedWorker extends Second implements Remindable {
    @Override
    public void onReminder(Reminder reminder) {}
  }

  abstract static class NotConcrete implements Greeter {}

  @SuppressWarnings("ClassCanBeStatic") // That it is not is what is refused.
  class Inner extends Second {}

  static class TwoConstructors extends Second {
    TwoConstructors() {}

    TwoConstructors(ActorContext context) {}
  }

  static class UnnamedState extends Second {
    UnnamedState(State<Greeting> state) {}
  }

  static class RawState extends Second {
    @SuppressWarnings("rawtypes")
    RawState(@Persistent("s") State state) {}
  }

  static class BadName extends Second {
    BadName(@Persistent("a b") State<Greeting> state) {}
  }

  static class TwiceNamed extends Second {
    TwiceNamed(@Persistent("s") State<Greeting> one, @Persistent("s") State<Greeting> two) {}
  }

  static class WithoutInitial extends Second {
    WithoutInitial(@Persistent("s") State<NoInitial> state) {}
  }

  static class WithBrokenInitial extends Second {
    WithBrokenInitial(@Persistent("s") State<BrokenInitial> state) {}
  }

  record Sum(int value) implements JournaledState<Sum, Integer> {
    static Sum initial() {
      return new Sum(0);
    }

    @Override
    public Sum after(Integer event) {
      return new Sum(value + event);
    }
  }

  static class UnnamedJournal extends Second {
    UnnamedJournal(Journal<Sum, Integer> journal) {}
  }

  static class HastyJournal extends Second {
    HastyJournal(@Journaled(value = "j", snapshotEvery = 0) Journal<Sum, Integer> journal) {}
  }

  static class RawJournal extends Second {
    @SuppressWarnings("rawtypes")
    RawJournal(@Journaled("j") Journal journal) {}
  }

  static class SameName extends Second {
    SameName(@Persistent("s") State<Greeting> one, @Journaled("s") Journal<Sum, Integer> two) {}
  }

  static class NotAState extends Second {
    NotAState(@Persistent("s") String state) {}
  }

  static class Needs extends Second {
    Needs(StringBuilder unknown) {}
  }

  static Stream<Arguments> unfit() {
    return Stream.of(
        Arguments.of(NoContract.class, "implements no contract"),
        Arguments.of(TwoContracts.class, "give them the same @ActorType"),
        Arguments.of(NoRoom.class, "@MailboxCapacity is 0; allowed are 1 to 1000000"),
        Arguments.of(NotConcrete.class, "cannot be instantiated"),
        Arguments.of(NoWorkers.class, "@StatelessWorker(max) is 0; allowed is 1 to 10000"),
        Arguments.of(StatefulWorker.class, "asks for state, which it cannot have"),
        Arguments.of(PlacedWorker.class, "its placement is 'random'"),
        Arguments.of(NotAWorker.class, "is for classes with @StatelessWorker"),
        Arguments.of(RemindedWorker.class, "a reminder is for one certain actor"),
        Arguments.of(Inner.class, "make it static"),
        Arguments.of(TwoConstructors.class, "has 2 constructors"),
        Arguments.of(UnnamedState.class, "add @Persistent"),
        Arguments.of(RawState.class, "write State<Type>"),
        Arguments.of(BadName.class, "'a b'"),
        Arguments.of(TwiceNamed.class, "two states are named 's'"),
        Arguments.of(WithoutInitial.class, "public static NoInitial initial()"),
        Arguments.of(WithBrokenInitial.class, "no text today"),
        Arguments.of(UnnamedJournal.class, "add @Journaled"),
        Arguments.of(HastyJournal.class, "a snapshot every 0 appends; allowed are 1 to 10000"),
        Arguments.of(RawJournal.class, "write Journal<State, Event>"),
        Arguments.of(SameName.class, "two states are named 's'"),
        Arguments.of(NotAState.class, "make it a State<...>"),
        Arguments.of(Needs.class, "nothing supplies parameter 'unknown'"));
  }

  @ParameterizedTest
  @MethodSource("unfit")
  void saysWhyAClassCannotWork(Class<?> actorClass, String reason) {
    assertThatThrownBy(() -> Registrations.read(List.of(actorClass), CLOCK))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("ORBIT-5002")
        .hasMessageContaining(actorClass.getSimpleName())
        .hasMessageContaining(reason);
  }

  private static final class InitialStates implements Facets {
    @Override
    public State<?> state(StateSlot slot) {
      return new FixedState<>(slot.initial().get());
    }

    @Override
    public Journal<?, ?> journal(JournalSlot slot) {
      throw new IllegalStateException();
    }
  }

  private record FixedState<T>(T value) implements State<T> {
    @Override
    public boolean exists() {
      return false;
    }

    @Override
    public long version() {
      return 0;
    }

    @Override
    public T update(java.util.function.UnaryOperator<T> change) {
      throw new IllegalStateException();
    }

    @Override
    public void write(T newValue) {
      throw new IllegalStateException();
    }

    @Override
    public void refresh() {}

    @Override
    public void clear() {
      throw new IllegalStateException();
    }
  }
}
