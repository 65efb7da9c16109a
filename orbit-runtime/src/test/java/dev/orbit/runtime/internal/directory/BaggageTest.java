package dev.orbit.runtime.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.proto.Content;
import org.junit.jupiter.api.Test;

class BaggageTest {
  private static final AddressableReference ACTOR = new AddressableReference("T", Key.of("x"));
  private static final Content.Carried CARRIED = new Content.Carried(new byte[] {1, 2, 3});

  @Test
  void nothingThatWasLeftOutlivesTheOwnershipOrAMinute() {
    Baggage baggage = new Baggage();

    baggage.put(ACTOR, 3, CARRIED);
    baggage.drop(3);
    boolean afterTheOwnership = baggage.take(ACTOR).isPresent();
    baggage.put(ACTOR, 3, CARRIED);
    baggage.drop(4);
    int kept = baggage.bytes();
    for (int tick = 0; tick <= Baggage.KEPT_TICKS; tick++) {
      baggage.tick();
    }

    assertThat(afterTheOwnership).isFalse();
    assertThat(kept).isEqualTo(3);
    assertThat(baggage.take(ACTOR)).isEmpty();
    assertThat(baggage.bytes()).isZero();
  }

  @Test
  void aNodeKeepsNoMoreThanItsBound() {
    Baggage baggage = new Baggage();
    Content.Carried most = new Content.Carried(new byte[Content.Carried.MOST_BYTES]);

    for (int i = 0; i < 1_000; i++) {
      baggage.put(new AddressableReference("T", Key.of(i)), 0, most);
    }

    assertThat(baggage.bytes()).isEqualTo(Baggage.MOST_BYTES);
    assertThat(baggage.take(new AddressableReference("T", Key.of(0)))).contains(most);
    assertThat(baggage.take(new AddressableReference("T", Key.of(999)))).isEmpty();
  }
}
