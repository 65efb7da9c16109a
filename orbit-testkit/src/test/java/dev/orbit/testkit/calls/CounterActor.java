package dev.orbit.testkit.calls;

import dev.orbit.api.MailboxCapacity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

@MailboxCapacity(CounterActor.PLACES)
final class CounterActor implements Counter {
  /** How many may wait. */
  static final int PLACES = 20;

  private static final long WORK_NANOS = 300_000;
  private final List<Integer> served = new ArrayList<>();

  @Override
  public int serve(int customer) {
    LockSupport.parkNanos(WORK_NANOS);
    served.add(customer);
    return customer;
  }

  @Override
  public void post(int customer) {
    serve(customer);
  }

  @Override
  public List<Integer> served() {
    return List.copyOf(served);
  }
}
