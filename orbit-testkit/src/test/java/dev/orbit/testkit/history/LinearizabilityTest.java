package dev.orbit.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.testkit.history.RegisterModel.Answer;
import dev.orbit.testkit.history.RegisterModel.Call;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LinearizabilityTest {
  private static final CheckLimits BOUND = CheckLimits.DEFAULT.withTime(Duration.ofSeconds(20));
  private static final long SEED = Long.getLong("orbit.seed", System.nanoTime());

  private final RegisterModel register = new RegisterModel();

  private static Operation<Call, Answer> read(int client, long value, long began, long ended) {
    return Operation.answered(
        client, new Call.Read(), new Answer.Value(OptionalLong.of(value)), began, ended);
  }

  private static Operation<Call, Answer> write(int client, long value, long began, long ended) {
    return Operation.answered(client, new Call.Write(value), new Answer.Written(), began, ended);
  }

  static Stream<Arguments> known() throws IOException {
    return new TreeMap<>(KnownHistories.answers())
        .entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest
  @MethodSource("known")
  void judgesKnownHistoriesAsTheyAreKnown(String file, boolean linearizable) throws IOException {
    Verdict<?, ?, ?> verdict =
        file.startsWith("etcd/")
            ? Linearizability.check(register, KnownHistories.register(file), BOUND)
            : Linearizability.check(new KeyValueModel(), KnownHistories.keyValue(file), BOUND);

    assertThat(verdict)
        .isInstanceOf(linearizable ? Verdict.Linearizable.class : Verdict.NotLinearizable.class);
  }

  @Test
  void theKnownHistoriesAreAllThere() throws IOException {
    Map<String, Boolean> answers = KnownHistories.answers();

    assertThat(answers).hasSize(108);
    assertThat(answers.values()).filteredOn(answer -> answer).hasSize(26);
  }

  @Test
  void aStaleReadIsFoundAndNamed() {
    List<Operation<Call, Answer>> history =
        List.of(write(1, 1, 0, 1), write(1, 2, 2, 3), read(2, 1, 4, 5));

    Verdict<?, ?, ?> verdict = Linearizability.check(register, history);

    assertThat(verdict)
        .hasToString(
            "not linearizable in part '': after 2 explained calls, the last"
                + " [[1] Write[value=1] -> Written[], [1] Write[value=2] -> Written[]],"
                + " the state is OptionalLong[2],"
                + " and [2] Read[] -> Value[value=OptionalLong[1]] fits nowhere");
  }

  @Test
  void overlappingCallsMayBeOrderedEitherWay() {
    List<Operation<Call, Answer>> history =
        List.of(write(1, 1, 0, 10), write(2, 2, 0, 10), read(3, 2, 11, 12), read(4, 2, 13, 14));
    List<Operation<Call, Answer>> otherWay =
        List.of(write(1, 1, 0, 10), write(2, 2, 0, 10), read(3, 1, 11, 12));
    List<Operation<Call, Answer>> bothWays =
        List.of(write(1, 1, 0, 10), write(2, 2, 0, 10), read(3, 2, 11, 12), read(4, 1, 13, 14));

    assertThat(Linearizability.check(register, history)).isInstanceOf(Verdict.Linearizable.class);
    assertThat(Linearizability.check(register, otherWay)).isInstanceOf(Verdict.Linearizable.class);
    assertThat(Linearizability.check(register, bothWays))
        .isInstanceOf(Verdict.NotLinearizable.class);
  }

  @Test
  void aCallOfUnknownOutcomeMayHaveHappenedLateOrNever() {
    Operation<Call, Answer> lost = Operation.unknown(1, new Call.Write(7), 0);

    List<Operation<Call, Answer>> never = List.of(write(2, 1, 1, 2), lost, read(2, 1, 3, 4));
    List<Operation<Call, Answer>> late =
        List.of(write(2, 1, 1, 2), lost, read(2, 1, 3, 4), read(2, 7, 5, 6));
    List<Operation<Call, Answer>> undone =
        List.of(write(2, 1, 1, 2), lost, read(2, 7, 3, 4), read(2, 1, 5, 6));

    assertThat(Linearizability.check(register, never)).isInstanceOf(Verdict.Linearizable.class);
    assertThat(Linearizability.check(register, late)).isInstanceOf(Verdict.Linearizable.class);
    assertThat(Linearizability.check(register, undone)).isInstanceOf(Verdict.NotLinearizable.class);
  }

  @Test
  void aWriteThatIsDoneTwiceIsFound() {
    KeyValueModel map = new KeyValueModel();
    Operation<KeyValueModel.Call, KeyValueModel.Answer> append =
        Operation.answered(
            1, new KeyValueModel.Call.Append("k", "x"), new KeyValueModel.Answer.Done(), 0, 1);
    Operation<KeyValueModel.Call, KeyValueModel.Answer> get =
        Operation.answered(
            1, new KeyValueModel.Call.Get("k"), new KeyValueModel.Answer.Value("xx"), 2, 3);

    assertThatThrownBy(() -> Linearizability.assertLinearizable(map, List.of(append, get)))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("2 calls: not linearizable in part 'k': after 1 explained calls");
  }

  @Test
  void ofManyCallsOfUnknownOutcomeThatAskTheSameTheNumberCountsAndNotTheChoice() {
    List<Operation<KeyValueModel.Call, KeyValueModel.Answer>> history = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      history.add(Operation.unknown(i, new KeyValueModel.Call.Append("k", "x"), i));
    }
    history.add(get("x".repeat(20), 100));
    history.add(get("x".repeat(35), 200));
    CheckLimits few = new CheckLimits(Duration.ofSeconds(20), 10_000);

    assertThat(Linearizability.check(new KeyValueModel(), history, few))
        .isInstanceOf(Verdict.Linearizable.class);

    history.add(get("x".repeat(51), 300));
    assertThat(Linearizability.check(new KeyValueModel(), history, few))
        .isInstanceOf(Verdict.NotLinearizable.class);
  }

  private static Operation<KeyValueModel.Call, KeyValueModel.Answer> get(String seen, long began) {
    return Operation.answered(
        99, new KeyValueModel.Call.Get("k"), new KeyValueModel.Answer.Value(seen), began, began);
  }

  @Test
  void aLimitThatIsReachedIsNoVerdict() {
    List<Operation<Call, Answer>> history = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      history.add(write(i, i, 0, 100));
    }
    history.add(read(99, 77, 200, 201));

    Verdict<?, ?, ?> verdict =
        Linearizability.check(register, history, new CheckLimits(Duration.ofSeconds(20), 5_000));

    assertThat(verdict)
        .isEqualTo(new Verdict.Undecided<>("", "5000 configurations were remembered"));
  }

  @Test
  void anEmptyHistoryIsLinearizable() {
    assertThat(Linearizability.check(register, List.of())).isInstanceOf(Verdict.Linearizable.class);
  }

  /** Against the definition itself: all orders of a few calls, tried one by one. */
  @Test
  void judgesSmallRandomHistoriesAsTheDefinitionDoes() {
    Random random = new Random(SEED);
    int wrong = 0;

    for (int run = 0; run < 3_000; run++) {
      List<Operation<Call, Answer>> history = randomHistory(random);
      boolean expected = definition(history, new ArrayList<>(), register.initial());
      Verdict<?, ?, ?> verdict = Linearizability.check(register, history);
      assertThat(verdict instanceof Verdict.Linearizable)
          .as("seed %d, run %d: %s judged %s", SEED, run, history, verdict)
          .isEqualTo(expected);
      wrong += expected ? 0 : 1;
    }

    assertThat(wrong).as("seed %d", SEED).isBetween(300, 2_700);
  }

  private static List<Operation<Call, Answer>> randomHistory(Random random) {
    List<Operation<Call, Answer>> history = new ArrayList<>();
    int size = 1 + random.nextInt(6);
    for (int i = 0; i < size; i++) {
      long began = random.nextInt(10);
      long ended = began + random.nextInt(6);
      long value = random.nextInt(2);
      Call call =
          switch (random.nextInt(3)) {
            case 0 -> new Call.Read();
            case 1 -> new Call.Write(value);
            default -> new Call.CompareAndSet(value, 1 - value);
          };
      Answer answer =
          switch (call) {
            case Call.Read() ->
                new Answer.Value(
                    random.nextInt(4) == 0 ? OptionalLong.empty() : OptionalLong.of(value));
            case Call.Write(long _) -> new Answer.Written();
            case Call.CompareAndSet(long _, long _) -> new Answer.Swapped(random.nextBoolean());
          };
      history.add(
          random.nextInt(4) == 0
              ? Operation.unknown(i, call, began)
              : Operation.answered(i, call, answer, began, ended));
    }
    Collections.shuffle(history, random);
    return history;
  }

  private boolean definition(
      List<Operation<Call, Answer>> history,
      List<Operation<Call, Answer>> order,
      OptionalLong state) {
    if (order.containsAll(history.stream().filter(o -> o.output().isPresent()).toList())) {
      return true;
    }
    for (Operation<Call, Answer> next : history) {
      boolean mustWait =
          history.stream()
              .anyMatch(o -> !order.contains(o) && !o.equals(next) && o.ended() < next.began());
      if (order.contains(next) || mustWait) {
        continue;
      }
      Optional<OptionalLong> after =
          next.output().isPresent()
              ? register.step(state, next.input(), next.output().get())
              : Optional.of(register.unseen(state, next.input()));
      if (after.isPresent()) {
        order.add(next);
        if (definition(history, order, after.get())) {
          return true;
        }
        order.removeLast();
      }
    }
    return false;
  }
}
