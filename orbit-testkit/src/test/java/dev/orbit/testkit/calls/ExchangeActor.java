package dev.orbit.testkit.calls;

import com.google.protobuf.StringValue;
import com.google.protobuf.Timestamp;
import dev.orbit.api.ActorContext;
import dev.orbit.api.address.Key;
import dev.orbit.testkit.calls.Goods.Color;
import dev.orbit.testkit.calls.Goods.Parcel;
import dev.orbit.testkit.calls.Goods.Stamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One class for two contracts. */
final class ExchangeActor implements Exchange, Inspection {
  private final ActorContext context;
  private final List<String> remembered = new ArrayList<>();

  ExchangeActor(ActorContext context) {
    this.context = context;
  }

  @Override
  public Parcel repeat(Parcel value) {
    return value;
  }

  @Override
  public List<String> describe(Map<String, Parcel> values) {
    return new TreeMap<>(values)
        .entrySet().stream().map(e -> e.getKey() + "=" + e.getValue().weight()).toList();
  }

  @Override
  public CompletionStage<List<Parcel>> repeatLater(List<Parcel> values) {
    return CompletableFuture.supplyAsync(() -> values);
  }

  @Override
  public int sum(int first, long second, double third) {
    return (int) (first + second + third);
  }

  @Override
  public boolean not(boolean value) {
    return !value;
  }

  @Override
  public byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  @Override
  public int[] doubled(int[] values) {
    return Arrays.stream(values).map(v -> 2 * v).toArray();
  }

  @Override
  public @Nullable String orNull(@Nullable String text) {
    return text;
  }

  @Override
  public Optional<String> maybe(Optional<String> text) {
    return text.map(t -> t + "!");
  }

  @Override
  public Duration twice(Duration duration) {
    return duration.multipliedBy(2);
  }

  @Override
  public List<Parcel> parcels(Set<String> names, Map<Color, Integer> weights) {
    int weight = weights.values().stream().mapToInt(Integer::intValue).sum();
    return names.stream()
        .sorted()
        .map(
            name ->
                new Parcel(
                    name, weight, Optional.empty(), List.of(new Stamp(Instant.EPOCH, Color.BLUE))))
        .toList();
  }

  @Override
  public Map<String, List<Integer>> grouped(List<Map<String, Integer>> entries) {
    return entries.stream()
        .flatMap(map -> map.entrySet().stream())
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey,
                TreeMap::new,
                Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
  }

  @Override
  public StringValue shout(StringValue message) {
    return StringValue.of(message.getValue().toUpperCase(Locale.ROOT));
  }

  @Override
  public StringValue joined(StringValue left, Timestamp right) {
    return StringValue.of(left.getValue() + right.getSeconds());
  }

  @Override
  public CompletionStage<Integer> lengthLater(String text) {
    return CompletableFuture.supplyAsync(text::length);
  }

  @Override
  public CompletableFuture<Optional<Parcel>> heaviestLater(List<Parcel> parcels) {
    return CompletableFuture.completedFuture(
        parcels.stream().max(Comparator.comparingInt(Parcel::weight)));
  }

  @Override
  public CompletionStage<Void> nothingLater() {
    return CompletableFuture.runAsync(() -> {});
  }

  @Override
  public void remember(String text) {
    remembered.add(text);
  }

  @Override
  public void rememberSoon(String text) {
    remembered.add(text);
  }

  @Override
  public List<String> remembered() {
    return List.copyOf(remembered);
  }

  @Override
  public Exchange other(String key) {
    return context.actors().get(Exchange.class, key);
  }

  @Override
  public String askItsName(Exchange other) {
    return other.name();
  }

  @Override
  public Map<String, Exchange> directory(List<Exchange> others) {
    return others.stream().collect(Collectors.toMap(Exchange::name, e -> e));
  }

  @Override
  public String name() {
    return ((Key.StringKey) context.address().key()).value();
  }

  @Override
  public String kind(int value) {
    return "int " + value;
  }

  @Override
  public String kind(String value) {
    return "text " + value;
  }

  @Override
  public String inspect(String question) {
    return question + " " + name() + " " + remembered.size();
  }
}
