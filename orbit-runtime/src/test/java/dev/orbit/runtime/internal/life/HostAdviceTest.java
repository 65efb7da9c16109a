package dev.orbit.runtime.internal.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeResolver;
import dev.orbit.runtime.internal.directory.Arrival;
import dev.orbit.runtime.internal.simulated.ManualEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostAdviceTest {
  private static final AddressableReference ADA =
      new AddressableReference("shop.Cart", new Key.StringKey("ada"));
  private static final AddressableReference BOB =
      new AddressableReference("shop.Cart", new Key.StringKey("bob"));
  private static final int MOST_WAITING = 3;

  private final ManualEnvironment environment = new ManualEnvironment();
  private final List<AddressableReference> asked = new ArrayList<>();
  private final List<String> admitted = new ArrayList<>();
  private Runnable whileAsked = () -> {};
  private final HostAdvice advice =
      new HostAdvice(
          environment,
          new NodeResolver() {
            @Override
            public Optional<Endpoint> resolveNode(NodeId node) {
              return Optional.empty();
            }

            @Override
            public Optional<NodeId> resolveAddressable(AddressableReference reference) {
              asked.add(reference);
              whileAsked.run();
              return Optional.empty();
            }
          },
          MOST_WAITING);

  /** A call that can only be admitted or turned away. */
  private final class Called implements Arrival {
    private final String name;
    private final AddressableReference address;

    Called(String name, AddressableReference address) {
      this.name = name;
      this.address = address;
    }

    @Override
    public AddressableReference address() {
      return address;
    }

    @Override
    public Optional<MemberId> caller() {
      return Optional.empty();
    }

    @Override
    public boolean deliver() {
      return false;
    }

    @Override
    public void passOn(MemberId to, boolean placed) {
      throw new AssertionError(name);
    }

    @Override
    public void turnAway(Refusal refusal) {
      admitted.add(name + " " + refusal);
    }

    @Override
    public boolean activates() {
      return true;
    }

    @Override
    public boolean isOver() {
      return false;
    }

    @Override
    public long deadlineNanos() {
      return Long.MAX_VALUE;
    }
  }

  private void admit(Arrival call) {
    admitted.add(((Called) call).name);
  }

  private boolean ask(String name, AddressableReference address) {
    return advice.ask(new Called(name, address), this::admit);
  }

  private boolean park(String name, AddressableReference address) {
    return advice.park(new Called(name, address), this::admit);
  }

  @Test
  void callsWaitForOneAnswerInTheirOrder() {
    boolean first = ask("first", ADA);
    boolean second = park("second", ADA);
    boolean other = park("other", BOB);

    environment.settle();

    assertThat(first).isTrue();
    assertThat(second).isTrue();
    assertThat(other).as("nobody waits for it").isFalse();
    assertThat(asked).containsExactly(ADA);
    assertThat(admitted).containsExactly("first", "second");
    assertThat(park("third", ADA)).isFalse();
  }

  @Test
  void aCallThatCannotBeAdmittedHoldsUpNoneBehindIt() {
    advice.ask(
        new Called("first", ADA),
        call -> {
          throw new IllegalStateException("planted");
        });
    park("second", ADA);

    environment.settle();

    assertThat(admitted).containsExactly("second");
    assertThat(park("third", ADA)).as("nobody waits any more").isFalse();
  }

  @Test
  void anAnswerIsKeptForAWhileAndNotForever() {
    ask("first", ADA);
    environment.settle();

    boolean again = ask("second", ADA);
    environment.advance(HostAdvice.KEPT.plusMillis(1));
    boolean later = ask("third", ADA);

    assertThat(again).isFalse();
    assertThat(later).isTrue();
  }

  @Test
  void aResolverThatIsLateIsNotWaitedFor() {
    ask("first", ADA);
    // The question hangs: its task has not run when the time is over.
    whileAsked =
        () -> {
          environment.advance(HostAdvice.PATIENCE.plus(Duration.ofMillis(1)));
          environment.settle();
          assertThat(admitted).containsExactly("first");
        };

    environment.settle();

    assertThat(admitted).containsExactly("first");
    assertThat(asked).hasSize(1);
  }

  @Test
  void aCallThatComesWhileOthersAreLetOnOvertakesNone() {
    advice.ask(
        new Called("first", ADA),
        call -> {
          admit(call);
          assertThat(park("third", ADA)).isTrue();
        });
    park("second", ADA);

    environment.settle();

    assertThat(admitted).containsExactly("first", "second", "third");
  }

  @Test
  void tooManyAreTurnedAway() {
    ask("1", ADA);
    park("2", ADA);
    ask("3", BOB);
    ask("4", BOB);

    environment.settle();

    assertThat(admitted).containsExactly("4 FULL", "1", "2", "3");
  }

  @Test
  void onlyAResolverThatHasAWordIsAsked() {
    NodeResolver ofNodes = node -> Optional.empty();

    assertThat(HostAdvice.isGivenBy(ofNodes)).isFalse();
    assertThat(
            HostAdvice.isGivenBy(
                new NodeResolver() {
                  @Override
                  public Optional<Endpoint> resolveNode(NodeId node) {
                    return Optional.empty();
                  }

                  @Override
                  public Optional<NodeId> resolveAddressable(AddressableReference reference) {
                    return Optional.empty();
                  }
                }))
        .isTrue();
  }
}
