package dev.orbit.faults;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds two holders of one thing at one time. Pure. */
public final class Claims {
  private Claims() {}

  /**
   * That somebody surely held something from one moment to another.
   *
   * @param thing what there must be one holder of, such as an actor or a node's name
   * @param holder who; different lives of one node are different holders
   * @param from the earliest moment at which it surely held it
   * @param to the latest such moment; not before {@code from}
   */
  public record Claim(String thing, String holder, long from, long to) {
    public Claim {
      if (to < from) {
        throw new IllegalArgumentException(
            "%s of %s from %d to %d".formatted(thing, holder, from, to));
      }
    }
  }

  /**
   * Two claims that cannot both be allowed.
   *
   * @param first the one that began earlier
   * @param second the one that began before the first had ended
   */
  public record Overlap(Claim first, Claim second) {
    @Override
    public String toString() {
      return "%s was held by %s and by %s for %,d ns at once"
          .formatted(
              first.thing(),
              first.holder(),
              second.holder(),
              Math.min(first.to(), second.to()) - second.from());
    }
  }

  /**
   * Every claim that began while another holder of the same thing had it. One that begins at the
   * very moment at which another ends is well.
   */
  public static List<Overlap> overlaps(Collection<Claim> claims) {
    Map<String, List<Claim>> byThing =
        claims.stream()
            .collect(Collectors.groupingBy(Claim::thing, TreeMap::new, Collectors.toList()));
    List<Overlap> found = new ArrayList<>();
    byThing.values().forEach(each -> overlapsOfOne(each, found));
    return found;
  }

  private static void overlapsOfOne(List<Claim> claims, List<Overlap> found) {
    List<Claim> inOrder = new ArrayList<>(claims);
    inOrder.sort(Comparator.comparingLong(Claim::from).thenComparingLong(Claim::to));
    // The claim that ends last, and the one of any other holder that does.
    Claim last = null;
    Claim other = null;
    for (Claim next : inOrder) {
      Claim rival = last != null && last.holder().equals(next.holder()) ? other : last;
      if (rival != null && next.from() < rival.to()) {
        found.add(new Overlap(rival, next));
      }
      if (last == null || last.holder().equals(next.holder())) {
        last = last == null || next.to() > last.to() ? next : last;
      } else if (next.to() > last.to()) {
        other = last;
        last = next;
      } else if (other == null || next.to() > other.to()) {
        other = next;
      }
    }
  }
}
