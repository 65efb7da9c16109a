package dev.orbit.proto;

import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.Key;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.Member;
import dev.orbit.api.cluster.MemberId;
import dev.orbit.api.cluster.NodeCapabilities;
import dev.orbit.api.cluster.NodeStatus;
import dev.orbit.api.cluster.PlacementRule;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.placement.NodeLoad;
import dev.orbit.api.state.Fence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Draws messages of every kind, their extremes more often than chance would. */
final class RandomMessages {
  /** How many kinds of content there are to draw. */
  static final int KINDS = 24;

  private static final String[] LETTERS = {
    "a", "Z", "0", ".", "/", "\u0000", "ü", "€", "語", "😀", "\n"
  };

  private final Random random;

  RandomMessages(long seed) {
    random = new Random(seed);
  }

  Message message() {
    return message(random.nextInt(KINDS));
  }

  Message message(int kind) {
    return new Message(
        number(),
        random.nextBoolean() ? node() : null,
        target(),
        content(kind),
        (int) Math.min(number(), Integer.MAX_VALUE),
        random.nextBoolean() ? Headers.NONE : headers(),
        payload());
  }

  Content content(int kind) {
    return switch (kind) {
      case 0 -> new Content.Failure(text(40), code());
      case 1 -> new Content.InfoRequest(random.nextBoolean());
      case 2 -> new Content.InfoResponse(node(), list(3, this::member), number(), load());
      case 3 ->
          new Content.InvocationRequest(
              reference(),
              name(100),
              text(50),
              one(Content.InvocationReason.values()),
              random.nextBoolean());
      case 4 -> new Content.InvocationResponse(text(50));
      case 5 ->
          new Content.InvocationError(
              text(40),
              text(40),
              code(),
              maybe(() -> name(30)),
              maybe(() -> Duration.ofMillis(1 + random.nextLong(Long.MAX_VALUE - 1))),
              number());
      case 6 ->
          new Content.Hello(
              random.nextInt(Integer.MAX_VALUE),
              text(20),
              maybe(this::node),
              number(),
              random.nextInt(Integer.MAX_VALUE),
              random.nextBoolean(),
              list(4, () -> random.nextInt(256)),
              new Content.Succession(
                  random.nextLong(),
                  random.nextInt(Integer.MAX_VALUE),
                  number(),
                  random.nextBoolean()),
              new Content.Bulk(random.nextInt(Integer.MAX_VALUE), number(), random.nextBoolean()));
      case 7 -> new Content.Batch(list(4, () -> message(random.nextInt(7))));
      case 8 ->
          new Content.Chunk(
              number(), random.nextInt(Integer.MAX_VALUE), random.nextBoolean(), number(), bytes());
      case 9 -> new Content.Credit(reference(), number(), number());
      case 10 -> new Content.Cancel(number());
      case 11 ->
          new Content.EntriesRequest(
              one(Content.EntriesKind.values()),
              list(4, () -> random.nextInt(Integer.MAX_VALUE)),
              memberId(),
              number(),
              random.nextInt(Integer.MAX_VALUE));
      case 12 ->
          new Content.EntriesResponse(
              list(4, this::entry),
              random.nextBoolean(),
              list(4, () -> random.nextInt(Integer.MAX_VALUE)));
      case 13 -> directoryRequest();
      case 14 -> directoryResponse();
      case 15 -> new Content.LeaseRequest(name(NodeId.MAX_LENGTH), reference());
      default -> laterContent(kind);
    };
  }

  private Payload payload() {
    return switch (random.nextInt(5)) {
      case 0, 1 -> new Payload(1 + random.nextInt(255), bytes());
      case 2 -> Payload.elsewhere(1 + random.nextInt(255), positive());
      default -> null;
    };
  }

  private Content laterContent(int kind) {
    return switch (kind) {
      case 16 -> new Content.LeaseResponse(reference(), node(), instant(), instant());
      case 17 -> new Content.Goodbye(text(20));
      case 18 ->
          new Content.GroupRequest(
              list(4, this::reference),
              maybe(() -> name(AddressableReference.MAX_TYPE_LENGTH)),
              name(100),
              random.nextBoolean());
      case 19 ->
          new Content.GroupResponse(
              list(
                  4,
                  () ->
                      new Content.GroupOutcome(
                          reference(),
                          maybe(() -> (Content.InvocationError) content(5)),
                          maybe(() -> new Payload(1 + random.nextInt(255), bytes())))),
              list(2, () -> new Content.GroupGap(node(), (Content.InvocationError) content(5))));
      case 20 ->
          new Content.WaitProbe(
              Stream.concat(Stream.of(link()), list(4, this::link).stream()).toList(),
              reference(),
              random.nextLong(),
              random.nextInt(3),
              random.nextInt(5));
      case 21 -> new Content.LocationHint(reference(), maybe(this::memberId), number());
      case 22 -> new Content.EntriesRefused();
      case 23 -> new Content.Transfer(number(), one(Content.TransferStep.values()));
      default -> throw new IllegalArgumentException("kind " + kind);
    };
  }

  Key key() {
    return switch (random.nextInt(4)) {
      case 0 -> Key.of(text(random.nextInt(10) == 0 ? Key.MAX_STRING_LENGTH : 12));
      case 1 -> Key.of(random.nextInt());
      case 2 -> Key.of(random.nextLong());
      default -> Key.NONE;
    };
  }

  NodeId node() {
    return new NodeId(name(NodeId.MAX_LENGTH), name(NodeId.MAX_LENGTH));
  }

  private CallLink link() {
    return new CallLink(reference(), name(100), random.nextLong());
  }

  AddressableReference reference() {
    return new AddressableReference(name(AddressableReference.MAX_TYPE_LENGTH), key());
  }

  Instant instant() {
    return switch (random.nextInt(8)) {
      case 0 -> Timestamps.MIN;
      case 1 -> Timestamps.MAX;
      case 2 -> Instant.EPOCH;
      case 3 -> Instant.EPOCH.minusNanos(1);
      default ->
          Instant.ofEpochSecond(
              random.nextLong(Timestamps.MIN.getEpochSecond(), Timestamps.MAX.getEpochSecond() + 1),
              random.nextInt(1_000_000_000));
    };
  }

  private Optional<NodeLoad> load() {
    return random.nextBoolean()
        ? Optional.empty()
        : Optional.of(
            new NodeLoad(
                random.nextDouble(),
                random.nextInt(Integer.MAX_VALUE),
                random.nextInt(Integer.MAX_VALUE)));
  }

  private Content.DirectoryRequest directoryRequest() {
    return switch (random.nextInt(3)) {
      case 0 -> new Content.Lookup(reference());
      case 1 -> new Content.Register(reference(), memberId(), positive());
      default -> new Content.Unregister(reference(), memberId(), positive(), carried());
    };
  }

  private Optional<Content.Carried> carried() {
    if (random.nextBoolean()) {
      return Optional.empty();
    }
    byte[] bytes = new byte[1 + random.nextInt(200)];
    random.nextBytes(bytes);
    return Optional.of(new Content.Carried(bytes));
  }

  private Content.DirectoryResponse directoryResponse() {
    return switch (random.nextInt(6)) {
      case 0 -> new Content.Nowhere();
      case 1 -> new Content.Granted(fence(), carried());
      case 2 -> new Content.Hosted(memberId(), number(), fence());
      case 3 -> new Content.Refresh(number());
      case 4 -> new Content.Superseded();
      default -> new Content.Done();
    };
  }

  private Content.Entry entry() {
    return new Content.Entry(reference(), memberId(), number(), fence());
  }

  private Fence fence() {
    return new Fence(number(), number());
  }

  private long positive() {
    return Math.max(1, number());
  }

  private MemberId memberId() {
    return new MemberId(node(), positive());
  }

  Member member() {
    return new Member(
        memberId(),
        new Endpoint(
            random.nextBoolean() ? "::1" : "host-" + random.nextInt(9), random.nextInt(65536)),
        capabilities(),
        one(NodeStatus.values()));
  }

  NodeCapabilities capabilities() {
    return new NodeCapabilities(
        Set.copyOf(list(4, () -> name(20))),
        random.nextBoolean()
            ? OptionalInt.empty()
            : OptionalInt.of(1 + random.nextInt(Integer.MAX_VALUE)),
        tags(),
        placements());
  }

  private Map<String, PlacementRule> placements() {
    Map<String, PlacementRule> placements = new HashMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      placements.put(
          name(20), new PlacementRule(tags(), tags(), random.nextBoolean() ? "hash" : name(10)));
    }
    return placements;
  }

  byte[] randomBytes(int most) {
    byte[] bytes = new byte[random.nextInt(most + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  private Target target() {
    return switch (random.nextInt(3)) {
      case 0 -> new Target.Unicast(node());
      case 1 ->
          new Target.RoutedUnicast(
              IntStream.rangeClosed(0, random.nextInt(Target.RoutedUnicast.MAX_HOPS))
                  .mapToObj(i -> node())
                  .toList());
      default -> null;
    };
  }

  private Headers headers() {
    return new Headers(
        number(),
        number(),
        number(),
        number(),
        new CallScope(random.nextLong(), list(4, this::link), tags()),
        tags(),
        maybe(() -> name(2048)).orElse(""),
        random.nextBoolean(),
        number());
  }

  private Map<String, String> tags() {
    Map<String, String> tags = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      tags.put(text(8), text(8));
    }
    return tags;
  }

  /** 0 to {@code Long.MAX_VALUE}, with both ends. */
  private long number() {
    return switch (random.nextInt(5)) {
      case 0 -> 0;
      case 1 -> Long.MAX_VALUE;
      case 2 -> random.nextInt(200);
      default -> random.nextLong(Long.MAX_VALUE);
    };
  }

  private Optional<ErrorCode> code() {
    return maybe(() -> one(ErrorCode.values()));
  }

  private byte[] bytes() {
    return randomBytes(random.nextInt(10) == 0 ? 5000 : 20);
  }

  private String name(int most) {
    String text = text(most);
    return text.isEmpty() ? "n" : text;
  }

  private String text(int mostCharacters) {
    int length =
        random.nextInt(20) == 0 ? mostCharacters : random.nextInt(Math.min(8, mostCharacters) + 1);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      String letter = one(LETTERS);
      text.append(text.length() + letter.length() > length ? "x" : letter);
    }
    return text.toString();
  }

  private <T> T one(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextBoolean() ? Optional.empty() : Optional.of(value.get());
  }

  private <T> List<T> list(int most, Supplier<T> element) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      list.add(element.get());
    }
    return list.stream().distinct().collect(Collectors.toList());
  }
}
