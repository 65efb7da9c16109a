package dev.orbit.runtime.internal.directory;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a step does to others, run in its order once the step has left its monitor. */
final class Effects {
  private static final Logger LOG = LoggerFactory.getLogger(Effects.class);

  private final List<Runnable> effects = new ArrayList<>(2);

  void add(Runnable effect) {
    effects.add(effect);
  }

  void run() {
    for (int i = 0; i < effects.size(); i++) {
      try {
        effects.get(i).run();
      } catch (RuntimeException e) {
        // One call's trouble must not keep the others from their ends, nor a view from being
        // applied.
        LOG.error("event=directory-effect-failed", e);
      }
    }
  }
}
