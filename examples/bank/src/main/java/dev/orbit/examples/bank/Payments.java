package dev.orbit.examples.bank;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.orbit.api.JournaledState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a customer's payments add up to. Immutable.
 *
 * @param open which account was chosen last for what is not paid yet, by operation
 * @param latest the latest payments, oldest first, at most {@value #REMEMBERED}
 */
public record Payments(Map<String, Integer> open, List<Payment> latest)
    implements JournaledState<Payments, Payments.Event> {
  /** How many payments a customer remembers. */
  public static final int REMEMBERED = 64;

  public Payments {
    open = Map.copyOf(open);
    latest = List.copyOf(latest);
  }

  /** What happens to a payment. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Event.Chose.class, name = "chose"),
    @JsonSubTypes.Type(value = Event.Paid.class, name = "paid"),
    @JsonSubTypes.Type(value = Event.Refused.class, name = "refused")
  })
  public sealed interface Event {
    /** It is to be paid from that account, if it can. */
    record Chose(String opId, int choice) implements Event {}

    /** It has been paid. */
    record Paid(Payment payment) implements Event {}

    /** No account could pay it. */
    record Refused(String opId) implements Event {}
  }

  /** Of a customer who has paid nothing yet. */
  public static Payments initial() {
    return new Payments(Map.of(), List.of());
  }

  @Override
  public Payments after(Event event) {
    return switch (event) {
      case Event.Chose(String opId, int choice) -> {
        Map<String, Integer> more = new HashMap<>(open);
        more.put(opId, choice);
        yield new Payments(more, latest);
      }
      case Event.Paid(Payment payment) -> {
        List<Payment> more = new ArrayList<>(latest);
        more.add(payment);
        yield new Payments(
            without(payment.opId()),
            more.subList(Math.max(0, more.size() - REMEMBERED), more.size()));
      }
      case Event.Refused(String opId) -> new Payments(without(opId), latest);
    };
  }

  private Map<String, Integer> without(String opId) {
    Map<String, Integer> fewer = new HashMap<>(open);
    fewer.remove(opId);
    return fewer;
  }

  /** The choice that stands for an operation; 0 where none was made. */
  int chosen(String opId) {
    return open.getOrDefault(opId, 0);
  }

  Optional<Payment> paid(String opId) {
    return latest.stream().filter(payment -> payment.opId().equals(opId)).findFirst();
  }
}
