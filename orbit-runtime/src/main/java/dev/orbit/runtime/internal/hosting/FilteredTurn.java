package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.filter.TurnFilter;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A turn with the filters that are still to be asked.
 *
 * @param body runs the method
 */
record FilteredTurn(
    Call call, @Nullable Object[] values, List<TurnFilter> filters, int position, Body body)
    implements TurnFilter.Invocation {
  /** The method of the turn, with the wait for its stage. */
  @FunctionalInterface
  interface Body {
    @Nullable Object run() throws Throwable;
  }

  @Override
  public @Nullable Object proceed() throws Exception {
    if (position < filters.size()) {
      return filters.get(position).run(new FilteredTurn(call, values, filters, position + 1, body));
    }
    try {
      return body.run();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public AddressableReference target() {
    return call.target();
  }

  @Override
  public Method method() {
    return call.method().method();
  }

  @Override
  @SuppressWarnings("NullAway") // It does not see that the array's elements may be null.
  public List<@Nullable Object> arguments() {
    return Collections.unmodifiableList(Arrays.asList(values));
  }

  @Override
  public Map<String, String> baggage() {
    return call.context().call().baggage();
  }
}
