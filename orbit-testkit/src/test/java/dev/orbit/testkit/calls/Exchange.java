package dev.orbit.testkit.calls;

import com.google.protobuf.StringValue;
import com.google.protobuf.Timestamp;
import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.OneWay;
import dev.orbit.api.ReadOnly;
import dev.orbit.testkit.calls.Goods.Color;
import dev.orbit.testkit.calls.Goods.Parcel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A method of every kind of parameter and result. */
@ActorType("test.Exchange")
interface Exchange extends ActorWithStringKey, Goods.Repeating<Parcel, List<String>> {
  int sum(int first, long second, double third);

  boolean not(boolean value);

  byte[] reversed(byte[] bytes);

  int[] doubled(int[] values);

  @Nullable String orNull(@Nullable String text);

  Optional<String> maybe(Optional<String> text);

  Duration twice(Duration duration);

  List<Parcel> parcels(Set<String> names, Map<Color, Integer> weights);

  Map<String, List<Integer>> grouped(List<Map<String, Integer>> entries);

  StringValue shout(StringValue message);

  StringValue joined(StringValue left, Timestamp right);

  CompletionStage<Integer> lengthLater(String text);

  CompletableFuture<Optional<Parcel>> heaviestLater(List<Parcel> parcels);

  CompletionStage<Void> nothingLater();

  void remember(String text);

  @OneWay
  void rememberSoon(String text);

  @ReadOnly
  List<String> remembered();

  /** Hands a reference on, and takes one as a result. */
  Exchange other(String key);

  /** Calls the actor that it is given. */
  String askItsName(Exchange other);

  /** References within a value. */
  Map<String, Exchange> directory(List<Exchange> others);

  String name();

  /** Tells overloads apart. */
  String kind(int value);

  String kind(String value);
}
