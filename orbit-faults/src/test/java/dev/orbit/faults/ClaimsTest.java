package dev.orbit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.faults.Claims.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private static Claim claim(String holder, long from, long to) {
    return new Claim("actor", holder, from, to);
  }

  @Test
  void oneAfterTheOtherIsWell() {
    assertThat(Claims.overlaps(List.of(claim("a", 0, 5), claim("b", 5, 9), claim("a", 9, 12))))
        .isEmpty();
  }

  @Test
  void twoAtOnceAreFoundWithBothNames() {
    List<Claims.Overlap> found = Claims.overlaps(List.of(claim("a", 0, 5), claim("b", 4, 9)));

    assertThat(found).hasSize(1);
    assertThat(found.getFirst()).hasToString("actor was held by a and by b for 1 ns at once");
  }

  @Test
  void oneInsideALongOneIsFoundAlsoAfterOthersOfTheLongOnesHolder() {
    assertThat(Claims.overlaps(List.of(claim("a", 0, 100), claim("a", 3, 4), claim("b", 50, 51))))
        .hasSize(1);
  }

  @Test
  void oneHolderMayClaimTwiceAndOtherThingsAreNotItsConcern() {
    assertThat(
            Claims.overlaps(
                List.of(claim("a", 0, 5), claim("a", 3, 8), new Claim("another", "b", 0, 10))))
        .isEmpty();
  }

  @Test
  void findsSomethingExactlyWhenComparingAllPairsDoes() {
    Random random = new Random(5);
    for (int round = 0; round < 2_000; round++) {
      List<Claim> claims = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        long from = random.nextInt(30);
        claims.add(claim("h" + random.nextInt(3), from, from + random.nextInt(8)));
      }

      assertThat(Claims.overlaps(claims).isEmpty()).as("%s", claims).isEqualTo(!anyPair(claims));
    }
  }

  private static boolean anyPair(List<Claim> claims) {
    for (Claim one : claims) {
      for (Claim other : claims) {
        boolean rivals = !one.holder().equals(other.holder());
        if (rivals && other.from() < one.to() && one.from() < other.to()) {
          return true;
        }
      }
    }
    return false;
  }
}
