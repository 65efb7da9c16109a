package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InFlightTest {
  private final FakeEnvironment environment = new FakeEnvironment();
  private final InFlight inFlight = new InFlight(3, environment.nanoTime());
  private final List<Long> expired = new ArrayList<>();

  private Outgoing request(long id, int timeoutMillis) {
    return Requests.request(id, environment.nanoTime(), Duration.ofMillis(timeoutMillis).toNanos());
  }

  private void expire() {
    inFlight.expire(environment.nanoTime(), request -> expired.add(request.id()));
  }

  @Test
  void findsARequestOnceByTheIdOfItsAnswer() {
    Outgoing request = request(5, 100);
    inFlight.add(request);

    Outgoing found = inFlight.remove(5);
    Outgoing again = inFlight.remove(5);

    assertThat(found).isSameAs(request);
    assertThat(again).isNull();
    assertThat(inFlight.size()).isZero();
  }

  @Test
  void findsARequestThoughAnOlderOneSitsInItsPlace() {
    InFlight small = new InFlight(4, environment.nanoTime());
    Outgoing old = request(1, 100);
    Outgoing young = request(5, 100);
    Outgoing youngest = request(9, 100);
    small.add(old);
    small.add(young);
    Outgoing oldFound = small.remove(1);
    small.add(youngest);
    List<Outgoing> all = new ArrayList<>();
    small.forEach(all::add);

    assertThat(oldFound).isSameAs(old);
    assertThat(all).containsExactlyInAnyOrder(young, youngest);
    assertThat(small.remove(5)).isSameAs(young);
    assertThat(small.remove(9)).isSameAs(youngest);
    assertThat(small.size()).isZero();
  }

  @Test
  void refusesMoreThanItsBoundUntilOneIsAnswered() {
    inFlight.add(request(1, 100));
    inFlight.add(request(2, 100));
    inFlight.add(request(3, 100));

    boolean fourth = inFlight.add(request(4, 100));
    inFlight.forget(2);
    boolean fifth = inFlight.add(request(5, 100));

    assertThat(fourth).isFalse();
    assertThat(fifth).isTrue();
    assertThat(inFlight.remove(4)).isNull();
  }

  @Test
  void expiresEachRequestAtItsOwnDeadline() {
    inFlight.add(request(1, 300));
    inFlight.add(request(2, 100));
    inFlight.add(request(3, 200));
    List<List<Long>> seen = new ArrayList<>();

    for (int i = 0; i < 4; i++) {
      expire();
      seen.add(List.copyOf(expired));
      environment.advance(Duration.ofMillis(100));
    }

    assertThat(seen).containsExactly(List.of(), List.of(2L), List.of(2L, 3L), List.of(2L, 3L, 1L));
    assertThat(inFlight.size()).isZero();
  }

  @Test
  void expiresARequestThatCameAfterALookWithNothingToDo() {
    inFlight.add(request(1, 100));
    inFlight.forget(1);
    environment.advance(Duration.ofMillis(100));
    expire();
    inFlight.add(request(2, 50));

    environment.advance(Duration.ofMillis(50));
    expire();

    assertThat(expired).containsExactly(2L);
  }
}
