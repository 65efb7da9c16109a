package dev.orbit.runtime.internal.hosting;

import dev.orbit.api.Portable;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.client.codec.CodecException;
import dev.orbit.client.codec.PayloadCodec;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.registration.ActorRegistration;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one actor takes along in memory from one activation to the next, and what becomes of it when
 * that does not work: nothing, the activation is like any other.
 *
 * @param actor whose memory it is
 */
record Portability(
    HostingContext context, ActorRegistration registration, AddressableReference actor) {
  private static final Logger LOG = LoggerFactory.getLogger(Portability.class);

  /** Asks the actor for it. */
  Optional<Content.Carried> dehydrated(Portable<?> portable) throws Exception {
    Optional<?> memory = portable.dehydrate();
    if (memory.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = codec().encodeValue(type(), memory.get());
    if (bytes.length < 1 || bytes.length > Portable.MOST_BYTES) {
      LOG.warn(
          "event=not-carried actor={} bytes={} most={}", actor, bytes.length, Portable.MOST_BYTES);
      return Optional.empty();
    }
    return Optional.of(new Content.Carried(bytes));
  }

  /** An actor that has taken it up, or one that knows nothing of it. */
  Object rehydrated(Content.Carried carried, ActorTimers timers, Callable<Object> construction)
      throws Exception {
    Object made = construction.call();
    if (!(made instanceof Portable<?> portable)) {
      return made;
    }
    try {
      rehydrate(portable, carried);
      return made;
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      LOG.warn("event=rehydration-failed actor={} reason={}", actor, e.toString(), e);
      timers.clear();
      return construction.call();
    }
  }

  @SuppressWarnings("unchecked") // The codec makes values of the type that the class has named.
  private void rehydrate(Portable<?> portable, Content.Carried carried) throws Exception {
    Object memory = codec().decodeValue(type(), carried.bytes());
    if (memory == null) {
      throw new CodecException("null was carried", null);
    }
    ((Portable<Object>) portable).rehydrate(memory);
  }

  private PayloadCodec codec() {
    return context.stateCodec();
  }

  private Type type() {
    return registration.carried().orElseThrow();
  }
}
