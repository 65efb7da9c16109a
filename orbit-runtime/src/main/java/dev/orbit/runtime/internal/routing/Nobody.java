package dev.orbit.runtime.internal.routing;

import dev.orbit.api.cluster.PlacementRule;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.runtime.internal.placement.Placement;
import java.util.TreeMap;

/** Why no node takes a call. */
final class Nobody {
  private Nobody() {}

  static NotExecutedException hosts(RoutedCall call, Placement placement) {
    if (!placement.view().members().isEmpty() && !placement.knows(call.target().type())) {
      return new NotExecutedException(
          ErrorCode.UNKNOWN_ACTOR_TYPE,
          "%s did not run: no node of the cluster hosts actors of type %s; start one with the class that implements it"
              .formatted(call, call.target().type()));
    }
    PlacementRule rule = placement.rule(call.target().type());
    if (!rule.requires().isEmpty() && placement.takers(call.target().type()).isEmpty()) {
      return new NotExecutedException(
          ErrorCode.NO_NODE_FITS,
          "%s did not run: by view %d no active node that hosts actors of type %s has the tags %s that their placement requires; start one with orbit.tags set so"
              .formatted(
                  call,
                  placement.view().version(),
                  call.target().type(),
                  new TreeMap<>(rule.requires())));
    }
    return new NotExecutedException(
        ErrorCode.NODE_UNAVAILABLE,
        "%s did not run: by view %d no active node takes actors of its type"
            .formatted(call, placement.view().version()));
  }
}
