package dev.orbit.client.internal.codec;

import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ConfigurationException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.client.codec.CodecException;
import dev.orbit.client.codec.PayloadCodec;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.proto.Payload;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes the arguments and results of methods.
 *
 * <p>For the arguments of a method, and apart from that for its result, the first codec is taken
 * that supports every declared type: users' codecs in their order, protobuf, JSON. A call whose
 * arguments came as JSON text, from a client that knows no payloads, gets its result as JSON text.
 *
 * <p>Thread-safe.
 */
public final class Codecs {
  private final JsonCodec json;
  private final List<PayloadCodec> inOrder;
  private final Map<Integer, PayloadCodec> byId;
  private final Map<MethodContract, Plan> plans = new ConcurrentHashMap<>();

  private record Plan(PayloadCodec arguments, PayloadCodec result) {}

  /**
   * A result on its way to the caller.
   *
   * @param text as JSON; empty when there is a payload
   */
  public record EncodedResult(String text, @Nullable Payload payload) {}

  /**
   * The built-in codecs and those of the user.
   *
   * @throws ConfigurationException if an id is reserved or taken twice
   */
  public Codecs(ReferenceResolver references, List<PayloadCodec> ofUser) {
    this.json = new JsonCodec(references);
    List<PayloadCodec> all = new ArrayList<>(ofUser);
    all.add(new ProtobufCodec());
    all.add(json);
    this.inOrder = List.copyOf(all);
    this.byId = byId(ofUser, inOrder);
  }

  private static Map<Integer, PayloadCodec> byId(
      List<PayloadCodec> ofUser, List<PayloadCodec> all) {
    for (PayloadCodec codec : ofUser) {
      if (codec.id() < PayloadCodec.FIRST_USER_ID || codec.id() > 255) {
        throw new ConfigurationException(
            ErrorCode.BAD_CONFIGURATION,
            "codec %s has the id %d; allowed are %d to 255"
                .formatted(codec.name(), codec.id(), PayloadCodec.FIRST_USER_ID));
      }
    }
    Map<Integer, PayloadCodec> map = new HashMap<>();
    for (PayloadCodec codec : all) {
      PayloadCodec twin = map.put(codec.id(), codec);
      if (twin != null) {
        throw new ConfigurationException(
            ErrorCode.BAD_CONFIGURATION,
            "codecs %s and %s both have the id %d; give one of them another"
                .formatted(twin.name(), codec.name(), codec.id()));
      }
    }
    return Map.copyOf(map);
  }

  /** The JSON codec, which also writes stored state. */
  public JsonCodec json() {
    return json;
  }

  /**
   * Finds the codecs of all methods.
   *
   * @throws ConfigurationException with {@code BAD_CONTRACT} if there are none for a method
   */
  public void check(ActorContract contract) {
    contract.methods().forEach(this::plan);
  }

  private Plan plan(MethodContract method) {
    Plan known = plans.get(method);
    return known != null ? known : plans.computeIfAbsent(method, this::makePlan);
  }

  private Plan makePlan(MethodContract method) {
    PayloadCodec result =
        method.isVoid() ? json : codecFor(method, "result", List.of(method.resultType()));
    PayloadCodec arguments =
        method.parameterTypes().isEmpty()
            ? json
            : codecFor(method, "parameters", method.parameterTypes());
    return new Plan(arguments, result);
  }

  private PayloadCodec codecFor(MethodContract method, String what, List<Type> types) {
    for (PayloadCodec codec : inOrder) {
      if (types.stream().allMatch(codec::supports)) {
        return codec;
      }
    }
    throw new ConfigurationException(
        ErrorCode.BAD_CONTRACT,
        ("%s: no codec takes all types of its %s; protobuf messages cannot stand beside or within"
                + " other types, wrap all in one message or use none")
            .formatted(method, what));
  }

  /**
   * Encodes the arguments of a call.
   *
   * @throws NotExecutedException with {@code BAD_ARGUMENTS}
   */
  public Payload encodeArguments(MethodContract method, @Nullable Object[] arguments) {
    PayloadCodec codec = plan(method).arguments();
    try {
      return new Payload(codec.id(), codec.encodeArguments(method.parameterTypes(), arguments));
    } catch (CodecException e) {
      throw badArguments(method, "cannot be encoded", e);
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      throw badArguments(method, "cannot be encoded", broken(e));
    }
  }

  /**
   * The arguments as another actor of this process may have them: themselves where nobody can
   * change them, else a copy.
   *
   * @throws NotExecutedException with {@code BAD_ARGUMENTS}
   */
  public @Nullable Object[] isolatedArguments(MethodContract method, @Nullable Object[] arguments) {
    if (Immutability.areImmutable(method.parameterTypes(), arguments)) {
      checkNulls(method, arguments);
      return arguments;
    }
    return decodeArguments(method, encodeArguments(method, arguments), "");
  }

  /** A codec that cannot say null refuses it; where nothing is encoded nobody else would. */
  private void checkNulls(MethodContract method, @Nullable Object[] arguments) {
    if (plan(method).arguments() != json) {
      for (Object argument : arguments) {
        if (argument == null) {
          var _ = encodeArguments(method, arguments);
          return;
        }
      }
    }
  }

  /**
   * The result as another actor of this process may have it, as {@link #isolatedArguments}.
   *
   * @throws ActorFailedException with {@code BAD_RESULT}
   */
  public @Nullable Object isolatedResult(MethodContract method, @Nullable Object result) {
    if (method.isVoid()) {
      return null;
    }
    boolean isShared =
        Immutability.isImmutable(method.resultType(), result)
            && (result != null || plan(method).result() == json);
    if (isShared) {
      return result;
    }
    EncodedResult encoded = encodeResult(method, result, false);
    return decodeResult(method, encoded.payload(), encoded.text());
  }

  /**
   * Decodes the arguments of a call.
   *
   * @param payload null when they came as text
   * @param text a JSON array; an empty text stands for no arguments
   * @throws NotExecutedException with {@code BAD_ARGUMENTS}
   */
  public @Nullable Object[] decodeArguments(
      MethodContract method, @Nullable Payload payload, String text) {
    try {
      if (payload != null) {
        return decoder(method, payload).decodeArguments(method.parameterTypes(), payload.bytes());
      }
      requireText(method);
      String array = text.isBlank() ? "[]" : text;
      return json.decodeArguments(method.parameterTypes(), array.getBytes(StandardCharsets.UTF_8));
    } catch (CodecException e) {
      throw badArguments(method, "cannot be decoded", e);
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      throw badArguments(method, "cannot be decoded", broken(e));
    }
  }

  /** The codec that the sender chose, if it can give what the method takes. */
  private PayloadCodec decoder(MethodContract method, Payload payload) throws CodecException {
    Plan plan = plan(method);
    if (payload.codec() == plan.arguments().id()) {
      return plan.arguments();
    }
    PayloadCodec codec = byId.get(payload.codec());
    if (codec == null) {
      throw new CodecException(
          "they are encoded by codec %d, which this end does not have".formatted(payload.codec()),
          null);
    }
    for (Type type : method.parameterTypes()) {
      if (!codec.supports(type)) {
        throw new CodecException(
            "they are encoded by codec %s, expected is %s"
                .formatted(codec.name(), plan.arguments().name()),
            null);
      }
    }
    return codec;
  }

  /**
   * A caller without payloads must be able to read the answer, so this is settled before the method
   * runs.
   */
  private void requireText(MethodContract method) throws CodecException {
    for (Type type : method.parameterTypes()) {
      if (!json.supports(type)) {
        throw new CodecException(
            "JSON text cannot say them; send a payload of codec %s"
                .formatted(plan(method).arguments().name()),
            null);
      }
    }
    if (!method.isVoid() && !json.supports(method.resultType())) {
      throw new CodecException(
          "the result cannot be given as JSON text; send the arguments as a payload", null);
    }
  }

  /**
   * Encodes the result of a call.
   *
   * @param asText whether the arguments came as text
   * @throws ActorFailedException with {@code BAD_RESULT}
   */
  public EncodedResult encodeResult(
      MethodContract method, @Nullable Object result, boolean asText) {
    if (method.isVoid()) {
      return new EncodedResult("null", null);
    }
    try {
      if (asText) {
        return new EncodedResult(json.encodeText(method.resultType(), result), null);
      }
      PayloadCodec codec = plan(method).result();
      return new EncodedResult(
          "", new Payload(codec.id(), codec.encodeValue(method.resultType(), result)));
    } catch (CodecException e) {
      throw badResult(method, "cannot be encoded", e);
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      throw badResult(method, "cannot be encoded", broken(e));
    }
  }

  /**
   * Decodes the result of a call.
   *
   * @param payload null when it came as text
   * @throws ActorFailedException with {@code BAD_RESULT}
   */
  public @Nullable Object decodeResult(
      MethodContract method, @Nullable Payload payload, String text) {
    if (method.isVoid()) {
      return null;
    }
    try {
      if (payload == null) {
        return json.decodeText(method.resultType(), text);
      }
      return resultDecoder(method, payload).decodeValue(method.resultType(), payload.bytes());
    } catch (CodecException e) {
      throw badResult(method, "cannot be decoded", e);
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      throw badResult(method, "cannot be decoded", broken(e));
    }
  }

  private PayloadCodec resultDecoder(MethodContract method, Payload payload) throws CodecException {
    PayloadCodec expected = plan(method).result();
    if (payload.codec() == expected.id()) {
      return expected;
    }
    PayloadCodec codec = byId.get(payload.codec());
    if (codec == null || !codec.supports(method.resultType())) {
      throw new CodecException(
          "it is encoded by codec %d, expected is %d".formatted(payload.codec(), expected.id()),
          null);
    }
    return codec;
  }

  /** A codec, or a class that it asked for its parts, failed in a way of its own. */
  private static CodecException broken(Throwable failure) {
    return new CodecException("the codec failed with " + failure.getClass().getName(), failure);
  }

  private static NotExecutedException badArguments(
      MethodContract method, String verb, CodecException e) {
    String what =
        e.position() == CodecException.NO_POSITION
            ? "the arguments"
            : method.describeParameter(e.position());
    return new NotExecutedException(
        ErrorCode.BAD_ARGUMENTS, "%s: %s %s: %s".formatted(method, what, verb, e.reason()));
  }

  private static ActorFailedException badResult(
      MethodContract method, String verb, CodecException e) {
    return new ActorFailedException(
        ErrorCode.BAD_RESULT, "%s: the result %s: %s".formatted(method, verb, e.reason()));
  }
}
