package dev.orbit.cli;

import dev.orbit.examples.bank.AccountActor;
import dev.orbit.examples.hello.Hello;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The example applications that a cluster can host. */
enum Demo {
  BANK(AccountActor.class, true),
  HELLO(Hello.GreeterActor.class, false);

  private final Class<?> actor;
  private final boolean hasLoad;

  Demo(Class<?> actor, boolean hasLoad) {
    this.actor = actor;
    this.hasLoad = hasLoad;
  }

  /** The actor class that its nodes host. */
  Class<?> actor() {
    return actor;
  }

  /** Whether it has a load generator. */
  boolean hasLoad() {
    return hasLoad;
  }

  /** The name that users type. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Demo named(String name) {
    return Arrays.stream(values())
        .filter(demo -> demo.title().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    ExitCodes.USAGE,
                    "there is no demo '%s'; there are: %s".formatted(name, names())));
  }

  private static String names() {
    return Arrays.stream(values()).map(Demo::title).collect(Collectors.joining(", "));
  }
}
