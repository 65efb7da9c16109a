package dev.orbit.faults.stopped;

import dev.orbit.api.ActorContext;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;

/** Gives back what it is given. */
@ActorType("stopped.Echo")
public interface Echo extends ActorWithStringKey {
  /** The same bytes. */
  byte[] echo(byte[] payload);

  /** The name of the node that it lives on. */
  String where();

  /** Lives where its partition is owned. */
  final class EchoActor implements Echo {
    private final ActorContext context;

    EchoActor(ActorContext context) {
      this.context = context;
    }

    @Override
    public byte[] echo(byte[] payload) {
      return payload;
    }

    @Override
    public String where() {
      return context.node().key();
    }
  }
}
