package dev.orbit.checks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules that keep the modules apart and the runtime in the hands of its environment. */
final class ArchitectureRules {

  /** Code that protoc wrote. */
  private static final String GENERATED = "dev.orbit.proto.wire..";

  /** What each part may know of the others; the parts are the packages right below dev.orbit. */
  private static final Map<String, Set<String>> KNOWS =
      Map.ofEntries(
          Map.entry("api", Set.of()),
          Map.entry("proto", Set.of("api")),
          Map.entry("transport", Set.of("api", "proto")),
          Map.entry("raft", Set.of("api", "proto", "transport")),
          Map.entry("client", Set.of("api", "proto", "transport")),
          Map.entry("runtime", Set.of("api", "proto", "transport", "raft", "client")),
          Map.entry("testkit", Set.of("api", "proto", "transport", "raft", "client", "runtime")),
          Map.entry(
              "faults",
              Set.of("api", "proto", "transport", "raft", "client", "runtime", "testkit")),
          Map.entry("examples", Set.of("api", "client", "runtime")),
          Map.entry(
              "cli", Set.of("api", "proto", "transport", "raft", "client", "runtime", "examples")),
          Map.entry(
              "benchmarks",
              Set.of(
                  "api",
                  "proto",
                  "transport",
                  "raft",
                  "client",
                  "runtime",
                  "testkit",
                  "examples")));

  static final ArchRule LIBRARIES_STAY_HIDDEN =
      noClasses()
          .that(ExposedTypes.visibleFromOutside())
          .and()
          .resideOutsideOfPackages(
              "dev.orbit.proto..",
              "dev.orbit.transport.spi..",
              "dev.orbit.benchmarks..",
              "..internal..")
          .should(
              new ExposedTypes(
                  List.of(
                      "io.grpc",
                      "io.netty",
                      "io.atomix",
                      "com.google.protobuf",
                      "dev.orbit.proto.wire")))
          .as("no public class shows a type of gRPC, Netty, Atomix or protobuf")
          .allowEmptyShould(true);

  static final ArchRule ATOMIX_IN_ONE_PACKAGE =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.orbit.raft.internal.atomix")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.atomix..")
          .as("only dev.orbit.raft.internal.atomix knows Atomix")
          .allowEmptyShould(true);

  static final ArchRule NO_CYCLES =
      slices()
          .matching("dev.orbit.(**)")
          .should()
          .beFreeOfCycles()
          .as("packages are free of cycles")
          .allowEmptyShould(true);

  static final ArchRule DIRECTION =
      classes()
          .should(new KnowOnlyWhatIsBelow())
          .as("modules know only what lies below them")
          .allowEmptyShould(true);

  static final ArchRule API_KNOWS_NO_LIBRARY =
      classes()
          .that()
          .resideInAPackage("dev.orbit.api..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "org.jspecify..", "dev.orbit.api..")
          .as("dev.orbit.api needs the JDK and JSpecify alone")
          .allowEmptyShould(true);

  static final ArchRule NO_STORAGE_IN_CLIENT =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.orbit.api..", "dev.orbit.proto..", "dev.orbit.transport..", "dev.orbit.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..", "com.zaxxer..", "org.sqlite..")
          .as("nothing on the class path of a client knows storage")
          .allowEmptyShould(true);

  static final ArchRule ENVIRONMENT_ONLY =
      noClasses()
          .that(
              resideInAnyPackage(
                      "dev.orbit.api..",
                      "dev.orbit.proto..",
                      "dev.orbit.transport..",
                      "dev.orbit.raft..",
                      "dev.orbit.client..",
                      "dev.orbit.runtime..")
                  .and(resideOutside("dev.orbit.transport.env..", GENERATED)))
          .should(new ForbiddenCalls())
          .as("clocks, threads and randomness come from Environment alone")
          .allowEmptyShould(true);

  static final ArchRule NO_JAVA_SERIALIZATION =
      noClasses()
          .that(resideOutside(GENERATED))
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class, Externalizable.class)
          .orShould(new DeclareSerializable())
          .as("Java serialization is not used")
          .allowEmptyShould(true);

  private ArchitectureRules() {}

  /** Every rule by the sentence that a failure shows. */
  static Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    for (ArchRule rule :
        List.of(
            LIBRARIES_STAY_HIDDEN,
            ATOMIX_IN_ONE_PACKAGE,
            NO_CYCLES,
            DIRECTION,
            API_KNOWS_NO_LIBRARY,
            NO_STORAGE_IN_CLIENT,
            ENVIRONMENT_ONLY,
            NO_JAVA_SERIALIZATION)) {
      rules.put(rule.getDescription(), rule);
    }
    return rules;
  }

  private static DescribedPredicate<JavaClass> resideOutside(String... packages) {
    return DescribedPredicate.not(resideInAnyPackage(packages));
  }

  /** The part of Orbit that a class belongs to, or nothing for classes of others. */
  private static String part(JavaClass type) {
    String[] names = type.getPackageName().split("\\.", -1);
    boolean ours = names.length > 2 && names[0].equals("dev") && names[1].equals("orbit");
    return ours ? names[2] : "";
  }

  private static final class KnowOnlyWhatIsBelow extends ArchCondition<JavaClass> {
    KnowOnlyWhatIsBelow() {
      super("know only what lies below");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      String from = part(type);
      Set<String> known = KNOWS.get(from);
      if (known == null) {
        String message = type.getName() + " is in no module that the rules know";
        events.add(SimpleConditionEvent.violated(type, message));
        return;
      }
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String to = part(dependency.getTargetClass().getBaseComponentType());
        if (!to.isEmpty() && !to.equals(from) && !known.contains(to)) {
          events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
        }
      }
    }
  }

  /** Exceptions and enums inherit the interface; nobody else may ask for it. */
  private static final class DeclareSerializable extends ArchCondition<JavaClass> {
    DeclareSerializable() {
      super("declare themselves serializable");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      if (type.getRawInterfaces().stream().anyMatch(i -> i.isEquivalentTo(Serializable.class))) {
        String message = type.getName() + " is declared serializable";
        events.add(SimpleConditionEvent.satisfied(type, message));
      }
    }
  }
}
