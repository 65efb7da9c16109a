package dev.orbit.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenRequestsTest {
  private static final long SAME_PLACE = 1024;

  private final OpenRequests open = new OpenRequests();

  @Test
  void anIdIsOpenOnceAndAnsweredOnce() {
    for (long id : new long[] {0, 1, 1023, Long.MAX_VALUE}) {
      boolean added = open.add(id);
      boolean twice = open.add(id);
      boolean removed = open.remove(id);
      boolean again = open.remove(id);

      assertThat(new boolean[] {added, twice, removed, again})
          .containsExactly(true, false, true, false);
    }
  }

  @Test
  void knowsAnIdThoughAnotherSitsInItsPlaceOrHasLeftIt() {
    open.add(7);
    boolean second = open.add(7 + SAME_PLACE);
    open.remove(7);

    assertThat(second).isTrue();
    assertThat(open.add(7 + SAME_PLACE)).isFalse();
    assertThat(open.add(7)).isTrue();
    assertThat(open.remove(7 + SAME_PLACE)).isTrue();
    assertThat(open.remove(7 + SAME_PLACE)).isFalse();
    assertThat(open.remove(7)).isTrue();
  }

  @Test
  void hasNothingOnceCleared() {
    open.add(3);
    open.add(3 + SAME_PLACE);

    open.clear();

    assertThat(open.remove(3)).isFalse();
    assertThat(open.remove(3 + SAME_PLACE)).isFalse();
  }
}
