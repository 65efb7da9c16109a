package dev.orbit.examples.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.Actors;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.OrbitTest;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@OrbitTest(
    nodes = 3,
    voters = 1,
    leaseDuration = "6s",
    actors = {RoomActor.class, MemberActor.class})
class PresenceIT {
  @Test
  void everybodyInARoomHearsWhatIsSaidInTheOrderInWhichItIsSaid(Cluster cluster) {
    Actors actors = cluster.actors();
    Room room = actors.get(Room.class, "gardening");
    List<Member> members =
        IntStream.range(0, 30).mapToObj(i -> actors.get(Member.class, "member-" + i)).toList();
    members.forEach(room::enter);

    int told = 0;
    for (int line = 0; line < 5; line++) {
      told += room.say("Ada", "line " + line);
    }

    assertThat(told).isEqualTo(150);
    List<String> expected =
        IntStream.range(0, 5).mapToObj(i -> "Ada in gardening: line " + i).toList();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(members)
                    .allSatisfy(member -> assertThat(member.lines()).isEqualTo(expected)));
    assertThat(room.members()).containsExactlyElementsOf(members);
  }

  @Test
  void whoHasLeftHearsNothingAndNobodyIsWokenUpByACensus(Cluster cluster) {
    Actors actors = cluster.actors();
    Room room = actors.get(Room.class, "chess");
    Member stays = actors.get(Member.class, "stays");
    Member goes = actors.get(Member.class, "goes");
    Member sleeps = actors.get(Member.class, "sleeps");
    room.enter(stays);
    room.enter(goes);
    room.enter(sleeps);
    room.leave(goes);
    stays.signIn(Duration.ofMinutes(1));

    List<String> statuses = Census.statuses(actors, "chess");

    assertThat(statuses).containsExactly("stays has heard 0 lines");
    assertThat(sleeps.statusIfThere()).isEmpty();
    assertThat(room.say("Ada", "check")).isEqualTo(2);
    await().untilAsserted(() -> assertThat(stays.lines()).containsExactly("Ada in chess: check"));
    assertThat(goes.lines()).isEmpty();
  }
}
