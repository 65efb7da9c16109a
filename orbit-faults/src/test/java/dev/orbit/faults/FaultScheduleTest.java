package dev.orbit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.faults.FaultSchedule.Options;
import dev.orbit.faults.FaultSchedule.Planned;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static FaultSchedule draw(long seed, Set<FaultKind> kinds) {
    return FaultSchedule.draw(seed, Options.of(kinds, 5, MINUTE));
  }

  @Test
  void aSeedDrawsTheSameScheduleEachTimeAndAnotherDrawsAnother() {
    assertThat(draw(7, FaultKind.all())).hasToString(draw(7, FaultKind.all()).toString());
    assertThat(draw(8, FaultKind.all()).faults()).isNotEqualTo(draw(7, FaultKind.all()).faults());
  }

  @Test
  void everythingIsOverAtTheEnd() {
    for (long seed = 0; seed < 100; seed++) {
      assertThat(draw(seed, FaultKind.all()).faults())
          .allMatch(planned -> planned.until().compareTo(MINUTE) <= 0)
          .allMatch(planned -> planned.at().compareTo(planned.until()) < 0);
    }
  }

  @Test
  void everyKindComesAndNoneThatWasNotAskedFor() {
    Set<Class<?>> seen = new HashSet<>();
    LongStream.range(0, 50)
        .forEach(
            seed ->
                draw(seed, FaultKind.all())
                    .faults()
                    .forEach(planned -> seen.add(planned.fault().getClass())));

    assertThat(seen).hasSize(FaultKind.all().size());
    assertThat(draw(3, EnumSet.of(FaultKind.KILL)).faults())
        .isNotEmpty()
        .allMatch(planned -> planned.fault() instanceof Fault.Kill);
  }

  @Test
  void processesLeaveOnlyWhereThatIsAskedFor() {
    assertThat(FaultKind.all()).doesNotContain(FaultKind.LEAVE);
    assertThat(draw(3, EnumSet.of(FaultKind.LEAVE)).faults())
        .isNotEmpty()
        .allMatch(planned -> FaultKind.of(planned.fault()) == FaultKind.LEAVE);
  }

  @Test
  void nothingElseIsWrongWhileADiskLies() {
    for (long seed = 0; seed < 200; seed++) {
      List<Planned> faults = draw(seed, FaultKind.all()).faults();
      for (Planned lie : faults) {
        if (lie.fault() instanceof Fault.LyingDisk) {
          assertThat(faults)
              .allMatch(
                  other ->
                      other.equals(lie)
                          || other.until().compareTo(lie.at()) <= 0
                          || other.at().compareTo(lie.until()) >= 0);
        }
      }
    }
  }

  @Test
  void bothGroupsOfASplitHaveSomebodyAndTogetherHaveAll() {
    for (long seed = 0; seed < 50; seed++) {
      for (Planned planned : draw(seed, EnumSet.of(FaultKind.SPLIT)).faults()) {
        Fault.Split split = (Fault.Split) planned.fault();
        Set<Integer> all = new HashSet<>(split.some());
        all.addAll(split.others());
        assertThat(split.some()).isNotEmpty();
        assertThat(split.others()).isNotEmpty();
        assertThat(all).hasSize(5).hasSize(split.some().size() + split.others().size());
      }
    }
  }
}
