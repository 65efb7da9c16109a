package dev.orbit.cli;

import dev.orbit.examples.bank.Bank;
import dev.orbit.examples.hello.Hello;
import dev.orbit.runtime.OrbitNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The example applications that a cluster can host. */
enum Demo {
  BANK(true),
  HELLO(false);

  private final boolean hasLoad;

  Demo(boolean hasLoad) {
    this.hasLoad = hasLoad;
  }

  /** Adds what its nodes host. */
  OrbitNode.Builder on(OrbitNode.Builder node) {
    return switch (this) {
      case BANK -> Bank.on(node);
      case HELLO -> node.actors(Hello.GreeterActor.class);
    };
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
