package dev.orbit.client.internal.call;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.filter.CallFilter;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.proto.Content;
import dev.orbit.proto.Payload;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Asks filters before calls are made. Thread-safe. */
public final class FilteredInvoker implements Invoker {
  private final Invoker next;
  private final List<CallFilter> filters;
  private final Map<String, List<CallFilter>> byType = new ConcurrentHashMap<>();

  private FilteredInvoker(Invoker next, List<CallFilter> filters) {
    this.next = next;
    this.filters = filters;
  }

  /** An invoker that asks {@code filters} in their order, and then goes on with {@code next}. */
  public static Invoker of(Invoker next, List<CallFilter> filters) {
    return filters.isEmpty() ? next : new FilteredInvoker(next, List.copyOf(filters));
  }

  @Override
  public void check(ActorContract contract) {
    next.check(contract);
  }

  /** Filters stand around calls of one actor only. */
  @Override
  public CompletionStage<Content.GroupResponse> gather(GroupInvocation invocation) {
    return next.gather(invocation);
  }

  @Override
  public @Nullable Object decode(MethodContract method, Payload result) {
    return next.decode(method, result);
  }

  @Override
  public CompletionStage<@Nullable Object> invoke(Invocation invocation) {
    List<CallFilter> applying =
        byType.computeIfAbsent(
            invocation.target().type(),
            type -> filters.stream().filter(filter -> filter.appliesTo(type)).toList());
    return applying.isEmpty()
        ? next.invoke(invocation)
        : new Step(next, invocation, applying, 0).proceed();
  }

  private record Step(Invoker next, Invocation invocation, List<CallFilter> filters, int position)
      implements CallFilter.Invocation {
    @Override
    public CompletionStage<@Nullable Object> proceed() {
      if (position == filters.size()) {
        return next.invoke(invocation);
      }
      try {
        return filters.get(position).call(new Step(next, invocation, filters, position + 1));
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    @Override
    public AddressableReference target() {
      return invocation.target();
    }

    @Override
    public Method method() {
      return invocation.method().method();
    }

    @Override
    @SuppressWarnings("NullAway") // It does not see that the array's elements may be null.
    public List<@Nullable Object> arguments() {
      return Collections.unmodifiableList(Arrays.asList(invocation.arguments()));
    }

    @Override
    public Map<String, String> baggage() {
      return invocation.context().call().baggage();
    }
  }
}
