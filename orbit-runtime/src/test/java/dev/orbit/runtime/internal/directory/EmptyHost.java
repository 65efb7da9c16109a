package dev.orbit.runtime.internal.directory;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.proto.Content;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Takes every activation, and says of every actor that it has none. */
class EmptyHost implements ActivationHost {
  @Override
  public boolean mayActivate() {
    return true;
  }

  @Override
  public @Nullable Grant grantOf(AddressableReference address) {
    return null;
  }

  @Override
  public boolean activate(
      AddressableReference address,
      Grant grant,
      List<Arrival> calls,
      Optional<Content.Carried> carried) {
    return true;
  }

  @Override
  public void forEach(BiConsumer<AddressableReference, Grant> visitor) {}
}
