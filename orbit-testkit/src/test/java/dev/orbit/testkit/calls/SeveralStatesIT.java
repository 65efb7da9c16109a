package dev.orbit.testkit.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.OrbitTest;
import dev.orbit.testkit.StoreKind;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** An actor may have several states and journals; each is written by itself. */
@OrbitTest(
    nodes = 2,
    voters = 1,
    leaseDuration = "6s",
    actors = LockerActor.class,
    store = StoreKind.SQLITE)
class SeveralStatesIT {
  @Test
  void eachIsWrittenClearedReadAndFoundOnAnotherNodeByItself(Cluster cluster) {
    Locker locker =
        LongStream.range(0, 1_000)
            .mapToObj(i -> cluster.actors("node-1").get(Locker.class, i))
            .filter(l -> cluster.nodeOf(l).equals("node-2"))
            .findFirst()
            .orElseThrow();

    Locker.Inventory before = locker.inventory();
    locker.put("hat");
    locker.rent("ada");
    assertThatThrownBy(() -> locker.putAndFail("coat")).hasMessageContaining("before the use");
    locker.readAgain();
    Locker.Inventory full = locker.inventory();
    locker.empty();
    locker.rent("bob");
    cluster.kill("node-2");
    cluster.awaitGone("node-2", Duration.ofSeconds(30));
    Locker.Inventory elsewhere = locker.inventory();
    locker.put("glove");

    assertThat(before).isEqualTo(new Locker.Inventory("nobody", List.of(), 0, List.of(0L, 0L, 0L)));
    assertThat(full)
        .isEqualTo(new Locker.Inventory("ada", List.of("hat", "coat"), 1, List.of(1L, 2L, 1L)));
    assertThat(elsewhere).isEqualTo(new Locker.Inventory("bob", List.of(), 2, List.of(2L, 3L, 2L)));
    assertThat(locker.inventory())
        .isEqualTo(new Locker.Inventory("bob", List.of("glove"), 3, List.of(2L, 4L, 3L)));
  }
}
