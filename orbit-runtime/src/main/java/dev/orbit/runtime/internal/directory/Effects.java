package dev.orbit.runtime.internal.directory;

import java.util.ArrayList;
import java.util.List;

/** What a step does to others, run in its order once the step has left its monitor. */
final class Effects {
  private final List<Runnable> effects = new ArrayList<>(2);

  void add(Runnable effect) {
    effects.add(effect);
  }

  void run() {
    for (int i = 0; i < effects.size(); i++) {
      effects.get(i).run();
    }
  }
}
