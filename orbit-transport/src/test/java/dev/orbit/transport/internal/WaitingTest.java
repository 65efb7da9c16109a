package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.proto.Content;
import dev.orbit.proto.Message;
import dev.orbit.proto.MessageEncoder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingTest {
  private final Waiting waiting = new Waiting();
  private final MessageEncoder encoder = new MessageEncoder(null);

  private Outgoing message(long id, boolean urgent) {
    return Outgoing.oneWay(
        id,
        encoder.encode(Message.of(0, new Content.Cancel(1)), 0),
        null,
        new Outgoing.Times(0, 0, urgent));
  }

  private List<Long> takenOut(int most) {
    List<Long> ids = new ArrayList<>();
    Outgoing next = waiting.peek();
    while (next != null && ids.size() < most) {
      waiting.remove(next);
      ids.add(next.id());
      next = waiting.peek();
    }
    return ids;
  }

  @Test
  void letsUrgentOnesGoFirstAndOneOfTheOthersAfterThree() {
    for (long id = 1; id <= 4; id++) {
      waiting.add(message(id, false));
    }
    for (long id = 101; id <= 108; id++) {
      waiting.add(message(id, true));
    }

    assertThat(takenOut(100))
        .containsExactly(101L, 102L, 103L, 1L, 104L, 105L, 106L, 2L, 107L, 108L, 3L, 4L);
    assertThat(waiting.isEmpty()).isTrue();
  }

  @Test
  void neitherKeepsTheOtherWaitingForEver() {
    waiting.add(message(1, false));
    for (long id = 100; id < 200; id++) {
      waiting.add(message(id, true));
    }
    List<Long> first = takenOut(4);
    for (long id = 2; id < 100; id++) {
      waiting.add(message(id, false));
    }
    waiting.add(message(1000, true));

    assertThat(first).endsWith(1L);
    assertThat(takenOut(140)).contains(1000L);
  }

  @Test
  void putsBackInTheOldPlaces() {
    waiting.add(message(1, false));
    waiting.add(message(2, true));
    waiting.add(message(3, false));
    Outgoing second = waiting.peek();
    waiting.remove(second);
    Outgoing first = waiting.peek();
    waiting.remove(first);

    waiting.putBack(first);
    waiting.putBack(second);

    assertThat(takenOut(10)).containsExactly(2L, 1L, 3L);
  }
}
