package dev.orbit.runtime.internal.reminder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.api.MissedFirings;
import dev.orbit.api.Schedule;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.state.ReminderKey;
import dev.orbit.api.state.StoredReminder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void aSingleOneIsFollowedByNothing() {
    Plan plan = Plan.of(Schedule.after(Duration.ofHours(1)), MissedFirings.ONCE);

    assertThat(Plan.first(Schedule.after(Duration.ofHours(1)), NOON))
        .isEqualTo(NOON.plusSeconds(3600));
    assertThat(plan.following(due(NOON), NOON)).isEmpty();
  }

  @Test
  void anIntervalKeepsItsTimesAlsoWhenOneIsLate() {
    Plan plan = Plan.of(Schedule.every(Duration.ofMinutes(10)), MissedFirings.ONCE);

    StoredReminder next = plan.following(due(NOON), NOON.plusSeconds(3)).orElseThrow();

    assertThat(next.due()).isEqualTo(NOON.plusSeconds(600));
    assertThat(next.occurrence()).isEqualTo(8);
  }

  @Test
  void whatWasMissedIsDeliveredOnceAndThenTheTimesGoOn() {
    Plan plan = Plan.of(Schedule.every(Duration.ofMinutes(10)), MissedFirings.ONCE);
    Instant later = NOON.plus(Duration.ofMinutes(35));

    assertThat(plan.next(due(NOON), later)).contains(due(NOON));
    assertThat(plan.following(due(NOON), later).orElseThrow().due())
        .isEqualTo(NOON.plus(Duration.ofMinutes(40)));
  }

  @Test
  void whatIsTooLateIsSkipped() {
    Plan plan =
        Plan.of(
            Schedule.every(Duration.ofMinutes(10)), new MissedFirings.Skip(Duration.ofMinutes(2)));

    assertThat(plan.next(due(NOON), NOON.plusSeconds(119))).contains(due(NOON));
    assertThat(plan.next(due(NOON), NOON.plusSeconds(121)).orElseThrow().due())
        .isEqualTo(NOON.plus(Duration.ofMinutes(10)));
    // The one of 12:30 is not too late at 12:31.
    assertThat(plan.next(due(NOON), NOON.plus(Duration.ofMinutes(31))).orElseThrow().due())
        .isEqualTo(NOON.plus(Duration.ofMinutes(30)));
  }

  @Test
  void aSingleOneThatIsTooLateIsOver() {
    Plan plan = Plan.of(Schedule.at(NOON), new MissedFirings.Skip(Duration.ofMinutes(2)));

    assertThat(plan.next(due(NOON), NOON.plusSeconds(121))).isEmpty();
  }

  @Test
  void allThatWereMissedAreDeliveredUpToTheirBound() {
    Plan plan = Plan.of(Schedule.every(Duration.ofMinutes(10)), new MissedFirings.All(3));
    Instant later = NOON.plus(Duration.ofMinutes(65));

    StoredReminder first = plan.next(due(NOON), later).orElseThrow();
    StoredReminder second = plan.following(first, later).orElseThrow();
    StoredReminder third = plan.following(second, later).orElseThrow();
    StoredReminder fourth = plan.following(third, later).orElseThrow();

    assertThat(Stream.of(first, second, third, fourth).map(StoredReminder::due))
        .containsExactly(
            NOON.plus(Duration.ofMinutes(40)),
            NOON.plus(Duration.ofMinutes(50)),
            NOON.plus(Duration.ofMinutes(60)),
            NOON.plus(Duration.ofMinutes(70)));
    assertThat(plan.next(second, later)).contains(second);
  }

  @Test
  void theBoundHoldsForCronAcrossALongOutageToo() {
    Plan plan = Plan.of(Schedule.cron("0 * * * *", UTC), new MissedFirings.All(2));
    Instant later = NOON.plus(Duration.ofDays(40)).plusSeconds(90);

    StoredReminder first = plan.next(due(NOON), later).orElseThrow();

    assertThat(first.due()).isEqualTo(NOON.plus(Duration.ofDays(40)).minusSeconds(3600));
    assertThat(plan.following(first, later).orElseThrow().due())
        .isEqualTo(NOON.plus(Duration.ofDays(40)));
    assertThat(plan.next(due(NOON), NOON.plusSeconds(1))).contains(due(NOON));
  }

  @Test
  void cronKeepsTheWallClockOfItsZoneOverDaylightSaving() {
    Schedule schedule = Schedule.cron("30 9 * * MON-FRI", BERLIN);
    Plan plan = Plan.of(schedule, MissedFirings.ONCE);
    // Friday before the change of 29 March 2026.
    Instant friday = Plan.first(schedule, Instant.parse("2026-03-27T00:00:00Z"));

    Instant monday = plan.following(due(friday), friday).orElseThrow().due();

    assertThat(friday).isEqualTo(Instant.parse("2026-03-27T08:30:00Z"));
    assertThat(monday).isEqualTo(Instant.parse("2026-03-30T07:30:00Z"));
  }

  @Test
  void aTimeThatDaylightSavingRepeatsOccursOnce() {
    Schedule schedule = Schedule.cron("30 2 * * *", BERLIN);
    Plan plan = Plan.of(schedule, MissedFirings.ONCE);
    Instant first = Plan.first(schedule, Instant.parse("2026-10-24T22:30:00Z"));

    Instant second = plan.following(due(first), first).orElseThrow().due();

    assertThat(Duration.between(first, second)).isGreaterThan(Duration.ofHours(23));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "often", "* * * *", "99 * * * *", "* * * * * *"})
  void aCronExpressionThatCannotBeReadIsNamed(String expression) {
    assertThatThrownBy(() -> Plan.of(Schedule.cron(expression, UTC), MissedFirings.ONCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + expression + "'")
        .hasMessageContaining("minute, hour");
  }

  @ParameterizedTest
  @MethodSource("plans")
  void isReadAsItWasWritten(Plan plan) {
    assertThat(Plan.parse(plan.text()).text()).isEqualTo(plan.text());
  }

  static List<Plan> plans() {
    return List.of(
        Plan.of(Schedule.at(NOON), MissedFirings.ONCE),
        Plan.of(Schedule.every(Duration.ofSeconds(90)), new MissedFirings.All(7)),
        Plan.of(
            Schedule.cron("*/5 8-17 1,15 * MON", BERLIN),
            new MissedFirings.Skip(Duration.ofSeconds(30))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "once", "often; single", "all; single", "once; every", "once; cron x"})
  void whatIsNoPlanIsRefused(String text) {
    assertThatThrownBy(() -> Plan.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  private static StoredReminder due(Instant due) {
    return new StoredReminder(
        new ReminderKey("shop", new AddressableReference("Cart", Key.of("a")), "r"),
        3,
        "1.1.1",
        7,
        due,
        "");
  }
}
