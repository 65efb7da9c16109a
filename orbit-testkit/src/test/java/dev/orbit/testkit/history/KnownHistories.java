package dev.orbit.testkit.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the histories that come with known answers. */
final class KnownHistories {
  private static final Path DIRECTORY = Path.of("src/test/resources/histories");
  private static final Pattern ETCD =
      Pattern.compile("INFO  jepsen\\.util - (\\d+)\\t:(\\w+)\\t:(\\w+)\\t(.*)");
  private static final Pattern KEY_VALUE =
      Pattern.compile(
          "\\{:process (\\d+), :type :(\\w+), :f :(\\w+), :key \"(.*)\", :value (nil|\"(.*)\")}");
  private static final Pattern PAIR = Pattern.compile("\\[(\\d+) (\\d+)]");

  /** A call that waits for its answer. */
  private record Open<I>(I input, long began) {}

  private KnownHistories() {}

  /** The files and whether each is linearizable. */
  static Map<String, Boolean> answers() throws IOException {
    Map<String, Boolean> answers = new HashMap<>();
    for (String line : Files.readAllLines(DIRECTORY.resolve("answers.tsv"))) {
      String[] columns = line.split("\t");
      answers.put(columns[0], Boolean.valueOf(columns[1]));
    }
    return answers;
  }

  static List<Operation<RegisterModel.Call, RegisterModel.Answer>> register(String file)
      throws IOException {
    Map<Integer, Open<RegisterModel.Call>> open = new HashMap<>();
    List<Operation<RegisterModel.Call, RegisterModel.Answer>> history = new ArrayList<>();
    long time = 0;
    for (String line : Files.readAllLines(DIRECTORY.resolve(file))) {
      Matcher matcher = ETCD.matcher(line);
      if (!matcher.matches()) {
        continue;
      }
      time++;
      int client = Integer.parseInt(matcher.group(1));
      String value = matcher.group(4);
      switch (matcher.group(2)) {
        case "invoke" -> open.put(client, new Open<>(call(matcher.group(3), value), time));
        case "ok" -> {
          Open<RegisterModel.Call> call = open.remove(client);
          history.add(
              Operation.answered(
                  client, call.input(), answer(call.input(), value), call.began(), time));
        }
        case "fail" -> {
          Open<RegisterModel.Call> call = open.remove(client);
          // A read that timed out tells nothing. A compare-and-set that failed found another value.
          if (call.input() instanceof RegisterModel.Call.CompareAndSet) {
            history.add(
                Operation.answered(
                    client,
                    call.input(),
                    new RegisterModel.Answer.Swapped(false),
                    call.began(),
                    time));
          }
        }
        case "info" -> {
          Open<RegisterModel.Call> call = open.remove(client);
          history.add(Operation.unknown(client, call.input(), call.began()));
        }
        default -> throw new IOException("unknown: " + line);
      }
    }
    open.forEach(
        (client, call) -> history.add(Operation.unknown(client, call.input(), call.began())));
    return history;
  }

  private static RegisterModel.Call call(String name, String value) throws IOException {
    return switch (name) {
      case "read" -> new RegisterModel.Call.Read();
      case "write" -> new RegisterModel.Call.Write(Long.parseLong(value));
      case "cas" -> {
        Matcher pair = PAIR.matcher(value);
        if (!pair.matches()) {
          throw new IOException("not a pair: " + value);
        }
        yield new RegisterModel.Call.CompareAndSet(
            Long.parseLong(pair.group(1)), Long.parseLong(pair.group(2)));
      }
      default -> throw new IOException("unknown call " + name);
    };
  }

  private static RegisterModel.Answer answer(RegisterModel.Call call, String value) {
    return switch (call) {
      case RegisterModel.Call.Read() ->
          new RegisterModel.Answer.Value(
              value.equals("nil") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value)));
      case RegisterModel.Call.Write(long _) -> new RegisterModel.Answer.Written();
      case RegisterModel.Call.CompareAndSet(long _, long _) ->
          new RegisterModel.Answer.Swapped(true);
    };
  }

  static List<Operation<KeyValueModel.Call, KeyValueModel.Answer>> keyValue(String file)
      throws IOException {
    Map<Integer, Open<KeyValueModel.Call>> open = new HashMap<>();
    List<Operation<KeyValueModel.Call, KeyValueModel.Answer>> history = new ArrayList<>();
    long time = 0;
    for (String line : Files.readAllLines(DIRECTORY.resolve(file))) {
      Matcher matcher = KEY_VALUE.matcher(line);
      if (!matcher.matches()) {
        throw new IOException("unknown: " + line);
      }
      time++;
      int client = Integer.parseInt(matcher.group(1));
      String key = matcher.group(4);
      String value = matcher.group(6) == null ? "" : matcher.group(6);
      if (matcher.group(2).equals("invoke")) {
        Function<String, KeyValueModel.Call> make =
            switch (matcher.group(3)) {
              case "get" -> v -> new KeyValueModel.Call.Get(key);
              case "put" -> v -> new KeyValueModel.Call.Put(key, v);
              case "append" -> v -> new KeyValueModel.Call.Append(key, v);
              default -> throw new IOException("unknown: " + line);
            };
        open.put(client, new Open<>(make.apply(value), time));
      } else {
        Open<KeyValueModel.Call> call = open.remove(client);
        KeyValueModel.Answer answer =
            call.input() instanceof KeyValueModel.Call.Get
                ? new KeyValueModel.Answer.Value(value)
                : new KeyValueModel.Answer.Done();
        history.add(Operation.answered(client, call.input(), answer, call.began(), time));
      }
    }
    open.forEach(
        (client, call) -> history.add(Operation.unknown(client, call.input(), call.began())));
    return history;
  }
}
