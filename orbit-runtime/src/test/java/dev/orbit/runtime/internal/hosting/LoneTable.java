package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.state.Fence;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.CallOptions;
import dev.orbit.client.internal.codec.JsonCodec;
import dev.orbit.client.internal.reference.ReferenceFactory;
import dev.orbit.runtime.internal.directory.Grant;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import dev.orbit.runtime.internal.registration.Registrations;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import dev.orbit.runtime.internal.simulated.ManualLease;
import dev.orbit.runtime.state.MemoryStateStore;
import dev.orbit.transport.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A table of {@link CounterActor}s without a directory: each call that finds none makes one. */
final class LoneTable {
  static final Duration IDLE = Duration.ofMinutes(1);
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final ManualEnvironment environment;
  private final Journal journal = new Journal();
  private final ActorRegistration registration =
      Registrations.read(
              List.of(CounterActor.class), (actorClass, parameter) -> Optional.of(journal))
          .find("test.Counter")
          .orElseThrow();
  private final ActivationTable table;
  private int grants;

  LoneTable(ManualEnvironment environment, int mailboxCapacity) {
    this.environment = environment;
    this.table =
        new ActivationTable(
            new HostingContext(
                environment,
                new ManualLease(),
                new MemoryStateStore(),
                new JsonCodec(
                    (contract, key) -> {
                      throw new IllegalStateException("no references in these states");
                    }),
                new ReferenceFactory(
                    environment,
                    invocation ->
                        CompletableFuture.failedFuture(new IllegalStateException("not called")),
                    new CallOptions(TIMEOUT)),
                new HostingContext.Limits(mailboxCapacity, 100, 100, IDLE, IDLE, MemoryWatch.NONE),
                Telemetry.OFF,
                Optional.empty(),
                probe -> {},
                new Offloading(environment),
                _ -> {}),
            (address, grant, parting) -> {});
  }

  ActivationTable table() {
    return table;
  }

  Journal journal() {
    return journal;
  }

  static AddressableReference ref(String key) {
    return new AddressableReference("test.Counter", Key.of(key));
  }

  Activation activation(String key) {
    return table.find(ref(key)).orElseThrow();
  }

  /** A call that nobody has delivered. */
  Call make(String key, RecordedAnswer answer) {
    return new Call(
        ref(key),
        registration.contract().method("increment").orElseThrow(),
        CallContext.root(environment.nanoTime(), TIMEOUT),
        () -> new @Nullable Object[0],
        answer);
  }

  /** Increments the counter, soon. */
  Call call(String key, RecordedAnswer answer) {
    Call call = make(key, answer);
    if (!table.deliver(call)) {
      grants++;
      table.activate(
          new Grant(0, grants, new Fence(1, grants)),
          registration,
          List.of(call),
          Optional.empty());
    }
    return call;
  }
}
