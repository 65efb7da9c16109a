package dev.orbit.examples.bank;

import dev.orbit.api.ActorContext;
import dev.orbit.api.MissedFirings;
import dev.orbit.api.Persistent;
import dev.orbit.api.Remindable;
import dev.orbit.api.Reminder;
import dev.orbit.api.Schedule;
import dev.orbit.api.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Woken by a durable reminder. Confined to the turns of its actor. */
public final class StandingOrderActor implements StandingOrder, Remindable {
  private static final String DUE = "due";
  private static final int REMEMBERED = 32;

  /** Rent that was due while no node ran is still owed, but not for more than two years. */
  private static final MissedFirings MISSED = new MissedFirings.All(24);

  private final State<Standing> state;
  private final ActorContext context;

  /** The order, if there is one, and what became of it. */
  record Standing(Optional<Order> order, List<Execution> executions) {
    Standing {
      executions = List.copyOf(executions);
    }

    public static Standing initial() {
      return new Standing(Optional.empty(), List.of());
    }

    Standing with(Optional<Order> newOrder) {
      return new Standing(newOrder, executions);
    }

    Standing and(Execution execution) {
      List<Execution> more = new ArrayList<>(executions);
      more.add(execution);
      return new Standing(order, more.subList(Math.max(0, more.size() - REMEMBERED), more.size()));
    }

    boolean knows(String occurrence) {
      return executions.stream().anyMatch(each -> each.occurrence().equals(occurrence));
    }
  }

  public StandingOrderActor(@Persistent("order") State<Standing> state, ActorContext context) {
    this.state = state;
    this.context = context;
  }

  // region: order
  @Override
  public void begin(Order order) {
    // First the reminder: one that comes and finds no order does nothing, an order without a
    // reminder would never be paid.
    context.reminders().set(DUE, Schedule.every(order.every()), MISSED);
    state.update(standing -> standing.with(Optional.of(order)));
  }

  @Override
  public void end() {
    state.update(standing -> standing.with(Optional.empty()));
    context.reminders().cancel(DUE);
  }

  @Override
  public void onReminder(Reminder reminder) {
    Optional<Order> order = state.value().order();
    String occurrence = context.address().key() + " " + reminder.occurrenceId();
    if (order.isEmpty() || state.value().knows(occurrence)) {
      return;
    }
    // It may come twice, and this turn may end at any line: the payment has the occurrence's id,
    // and what else is thrown has the occurrence come again.
    Execution execution = pay(order.get(), occurrence);
    state.update(standing -> standing.and(execution));
  }

  private Execution pay(Order order, String occurrence) {
    Customer customer = context.actors().get(Customer.class, order.customer());
    try {
      customer.pay(occurrence, order.toAccount(), order.cents());
      return new Execution(occurrence, true, "");
    } catch (InsufficientFundsException | ApprovalNeededException e) {
      return new Execution(occurrence, false, "" + e.getMessage());
    }
  }

  // endregion

  @Override
  public List<Execution> executions() {
    return state.value().executions();
  }
}
