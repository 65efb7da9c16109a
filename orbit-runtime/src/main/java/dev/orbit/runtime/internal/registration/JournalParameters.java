package dev.orbit.runtime.internal.registration;

import dev.orbit.api.Journaled;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.regex.Pattern;

/** Reads the parameters of constructors that are journals. */
final class JournalParameters {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,80}");
  private static final int MOST_BETWEEN_SNAPSHOTS = 10_000;

  private JournalParameters() {}

  static JournalSlot slotOf(Class<?> actorClass, Parameter parameter) {
    Journaled said = parameter.getAnnotation(Journaled.class);
    if (said == null) {
      throw Refused.because(
          actorClass,
          "parameter '%s' of its constructor is a Journal without a name; add @Journaled(\"...\")"
              .formatted(parameter.getName()));
    }
    if (!NAME.matcher(said.value()).matches()) {
      throw Refused.because(
          actorClass,
          "a journal is named '%s'; allowed are 1 to 80 letters, digits, '.', '_' or '-'"
              .formatted(said.value()));
    }
    if (said.snapshotEvery() < 1 || said.snapshotEvery() > MOST_BETWEEN_SNAPSHOTS) {
      throw Refused.because(
          actorClass,
          "journal '%s' is to have a snapshot every %d appends; allowed are 1 to %d"
              .formatted(said.value(), said.snapshotEvery(), MOST_BETWEEN_SNAPSHOTS));
    }
    if (!(parameter.getParameterizedType() instanceof ParameterizedType generic)) {
      throw Refused.because(
          actorClass,
          "journal '%s' does not say of which types it is; write Journal<State, Event>"
              .formatted(said.value()));
    }
    Type state = generic.getActualTypeArguments()[0];
    return new JournalSlot(
        new StateSlot(said.value(), state, InitialValues.of(actorClass, said.value(), state)),
        generic.getActualTypeArguments()[1],
        said.snapshotEvery());
  }
}
