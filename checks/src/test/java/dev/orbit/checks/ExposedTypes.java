package dev.orbit.checks;

import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds types of libraries in what the public classes of a jar show: supertypes, fields, methods,
 * exceptions.
 */
final class ExposedTypes extends ArchCondition<JavaClass> {

  private final List<String> foreign;

  /**
   * @param foreign the packages, with everything below them, that may not be shown
   */
  ExposedTypes(List<String> foreign) {
    super("show types of " + String.join(", ", foreign));
    this.foreign = foreign;
  }

  /** Public as seen from outside: the class and every class around it. */
  static DescribedPredicate<JavaClass> visibleFromOutside() {
    return DescribedPredicate.describe("are visible from outside", ExposedTypes::isVisible);
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    report(type, "extends or implements", supertypes(type), events);
    type.getMembers().stream()
        .filter(ExposedTypes::isVisible)
        .forEach(member -> report(type, member.getDescription(), types(member), events));
  }

  private void report(
      JavaClass type, String where, Stream<JavaClass> shown, ConditionEvents events) {
    Set<String> found =
        shown.map(JavaClass::getName).filter(this::isForeign).collect(Collectors.toSet());
    if (!found.isEmpty()) {
      String message = type.getName() + " shows " + found + " (" + where + ")";
      events.add(SimpleConditionEvent.satisfied(type, message));
    }
  }

  private boolean isForeign(String type) {
    return foreign.stream().anyMatch(name -> type.startsWith(name + "."));
  }

  private static Stream<JavaClass> supertypes(JavaClass type) {
    Stream<JavaType> all =
        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
    return all.flatMap(supertype -> supertype.getAllInvolvedRawTypes().stream());
  }

  private static Stream<JavaClass> types(JavaMember member) {
    Stream<JavaClass> thrown =
        member instanceof JavaCodeUnit unit ? unit.getExceptionTypes().stream() : Stream.empty();
    return Stream.concat(member.getAllInvolvedRawTypes().stream(), thrown);
  }

  private static boolean isVisible(JavaMember member) {
    return isShown(
            member.getModifiers().contains(PUBLIC), member.getModifiers().contains(PROTECTED))
        && !member.getModifiers().contains(SYNTHETIC);
  }

  private static boolean isVisible(JavaClass type) {
    Optional<JavaClass> around = type.getEnclosingClass();
    return isShown(type.getModifiers().contains(PUBLIC), type.getModifiers().contains(PROTECTED))
        && around.map(ExposedTypes::isVisible).orElse(true);
  }

  private static boolean isShown(boolean isPublic, boolean isProtected) {
    return isPublic || isProtected;
  }
}
