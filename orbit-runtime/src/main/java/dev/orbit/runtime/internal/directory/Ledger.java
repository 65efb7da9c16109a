package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.proto.Content;

/**
 * The compare-and-set: what an owner that has all entries of a partition answers. Called under the
 * partition's monitor.
 *
 * <pre>
 *   entry                     Register(h, n)            Unregister(h, n)
 *   none                      granted, entry (h, n)     noted
 *   hosted by the owner       hosted there              noted
 *   (h, m), m &lt; n             granted, entry (h, n)     entry gone
 *   (h, n)                    granted, same fence       entry gone
 *   (h, m), m > n             superseded                noted
 *   (another, m)              hosted there              noted
 * </pre>
 */
final class Ledger {
  private final Surroundings around;
  private final int partition;

  Ledger(Surroundings around, int partition) {
    this.around = around;
    this.partition = partition;
  }

  Content.DirectoryResponse answer(
      Tenure tenure, ClusterView view, Content.DirectoryRequest request) {
    return switch (request) {
      case Content.Lookup(AddressableReference address) -> lookUp(tenure, address);
      case Content.Register register -> register(tenure, view, register);
      case Content.Unregister unregister -> {
        unregister(tenure, unregister);
        yield new Content.Done();
      }
    };
  }

  private void unregister(Tenure tenure, Content.Unregister unregister) {
    AddressableReference address = unregister.reference();
    Entry entry = tenure.elsewhere.get(address);
    if (entry == null || !isOf(entry, unregister.host(), unregister.activation())) {
      return;
    }
    tenure.elsewhere.remove(address);
    if (entry.activation() == unregister.activation()) {
      unregister.carried().ifPresent(some -> around.baggage().put(address, partition, some));
    }
  }

  private static boolean isOf(Entry entry, MemberId host, long activation) {
    return entry.host().equals(host) && entry.activation() <= activation;
  }

  private Content.DirectoryResponse lookUp(Tenure tenure, AddressableReference address) {
    Grant own = around.host().grantOf(address);
    if (own != null) {
      return new Content.Hosted(around.self(), own.activation(), own.fence());
    }
    Entry entry = tenure.elsewhere.get(address);
    return entry == null ? new Content.Nowhere() : hosted(entry);
  }

  private static Content.Hosted hosted(Entry entry) {
    return new Content.Hosted(entry.host(), entry.activation(), entry.fence());
  }

  private Content.DirectoryResponse register(
      Tenure tenure, ClusterView view, Content.Register register) {
    AddressableReference address = register.reference();
    Grant own = around.host().grantOf(address);
    if (own != null) {
      return new Content.Hosted(around.self(), own.activation(), own.fence());
    }
    Entry entry = tenure.elsewhere.get(address);
    if (entry == null || isStaleChoice(entry, view)) {
      return grant(tenure, view, register);
    }
    if (!entry.host().equals(register.host())) {
      return hosted(entry);
    }
    if (entry.activation() == register.activation()) {
      return new Content.Granted(entry.fence());
    }
    return entry.activation() < register.activation()
        ? grant(tenure, view, register)
        : new Content.Superseded();
  }

  private Content.Granted grant(Tenure tenure, ClusterView view, Content.Register register) {
    Entry entry = Entry.granted(register.host(), register.activation(), tenure.nextFence());
    tenure.keep(register.reference(), entry, view);
    return new Content.Granted(entry.fence(), around.baggage().take(register.reference()));
  }

  /** Whether that life is a member which has got ready: no other has ever hosted anything. */
  static boolean mayHost(MemberId id, ClusterView view) {
    return view.member(id.node())
        .filter(member -> member.id().equals(id))
        .filter(member -> member.status() != NodeStatus.JOINING)
        .isPresent();
  }

  /** Whether the view says that the member takes no more actors. */
  static boolean isLeaving(MemberId id, ClusterView view) {
    return view.member(id.node())
        .filter(member -> member.id().equals(id))
        .filter(member -> member.status() != NodeStatus.ACTIVE)
        .isPresent();
  }

  /** A host that was chosen, has never registered, and takes no more actors. */
  static boolean isStaleChoice(Entry entry, ClusterView view) {
    return entry.activation() == 0
        && view.member(entry.host().node())
            .filter(member -> member.id().equals(entry.host()))
            .map(Member::status)
            .filter(NodeStatus.ACTIVE::equals)
            .isEmpty();
  }
}
