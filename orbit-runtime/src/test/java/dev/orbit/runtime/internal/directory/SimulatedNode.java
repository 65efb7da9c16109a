package dev.orbit.runtime.internal.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One life of a node in the simulation: the real directory over a table that is a map. */
final class SimulatedNode implements ActivationHost {
  final MemberId id;
  final Directory directory;
  final Map<AddressableReference, Grant> activations = new HashMap<>();
  private final SimulatedDirectories cluster;
  long appliedVersion;
  long leaseUntil;
  boolean crashed;

  /** Whether it has applied a view that it is in. */
  boolean hasBegun;

  boolean paused;

  /** Whether the directory has said that it is to be ticked. */
  private boolean woken;

  SimulatedNode(SimulatedDirectories cluster, MemberId id, Surroundings.Rules rules) {
    this.cluster = cluster;
    this.id = id;
    this.directory =
        new Directory(
            ClusterView.empty("shop", SimulatedDirectories.PARTITIONS),
            new Surroundings(
                id,
                this,
                this::choose,
                (to, version, content, question) ->
                    cluster.ask(this, to, version, content, question),
                1_000,
                rules,
                new AtomicLong(),
                new AtomicInteger(),
                new Baggage()),
            () -> woken = true);
  }

  void tickIfWoken(long nowNanos) {
    if (woken) {
      woken = false;
      if (directory.tick(nowNanos)) {
        woken = true;
      }
    }
  }

  /** Whether it may act by what it knows: it has not been told to stop, and its lease is held. */
  boolean mayAct() {
    return !crashed && cluster.now() < leaseUntil;
  }

  private Optional<MemberId> choose(Arrival call, int partition) {
    return cluster.choose(this);
  }

  void apply(ClusterView view) {
    if (view.contains(id)) {
      hasBegun = true;
      directory.apply(view);
    }
    appliedVersion = view.version();
  }

  @Override
  public boolean mayActivate() {
    return mayAct();
  }

  @Override
  public @Nullable Grant grantOf(AddressableReference address) {
    return activations.get(address);
  }

  @Override
  public boolean activate(
      AddressableReference address,
      Grant grant,
      List<Arrival> calls,
      Optional<Content.Carried> carried) {
    if (activations.put(address, grant) != null) {
      throw new AssertionError("activated twice on " + id + ": " + address);
    }
    cluster.activated(this, address, grant, carried.map(some -> new String(some.bytes(), UTF_8)));
    calls.forEach(call -> ((SimulatedCall) call).ran());
    return true;
  }

  @Override
  public void forEach(BiConsumer<AddressableReference, Grant> visitor) {
    activations.forEach(visitor);
  }

  /** The activation ends: as an idle one does, or as one that moves and leaves its name behind. */
  void deactivate(AddressableReference address) {
    Grant grant = activations.remove(address);
    if (grant != null) {
      boolean moves = grant.activation() % 2 == 0;
      Content.Carried name = new Content.Carried(grant.fence().toString().getBytes(UTF_8));
      directory.over(address, grant, moves ? new Parting(true, Optional.of(name)) : Parting.ENDED);
    }
  }

  void answer(Content content, long version, java.util.function.Consumer<Content> reply) {
    switch (content) {
      case Content.DirectoryRequest request -> directory.request(request, version, reply);
      case Content.EntriesRequest request -> directory.entries(request, version, reply);
      default -> throw new AssertionError(content);
    }
  }
}
