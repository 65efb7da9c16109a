package dev.orbit.transport.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.orbit.api.address.Endpoint;
import dev.orbit.api.address.NodeId;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.transport.resolver.DnsLookup.RecordType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DnsNodeResolverTest {
  private static final String SERVICE = "orbit.shop.svc";
  private static final String SRV = "_orbit._tcp." + SERVICE;
  private static final NodeId A = new NodeId("a", "shop");
  private static final NodeId B = new NodeId("b", "shop");
  private static final Endpoint A_HOME = new Endpoint("10.0.0.1", 7400);
  private static final Duration CACHE = Duration.ofSeconds(5);
  private static final Duration NEGATIVE = Duration.ofSeconds(1);
  private static final Duration STALE = Duration.ofMinutes(5);

  private final StepEnvironment environment = new StepEnvironment();
  private final FakeDns dns = new FakeDns();
  private final List<NodeId> told = new ArrayList<>();

  private DnsNodeResolver resolver(DnsResolverConfig.Builder config) {
    return new DnsNodeResolver(environment, config.build(), dns);
  }

  private DnsNodeResolver bySrv() {
    dns.put(SRV, RecordType.SRV, "0 100 7400 a." + SERVICE + ".");
    dns.put("a." + SERVICE, RecordType.A, "10.0.0.1");
    return resolver(DnsResolverConfig.builder("shop", SERVICE));
  }

  private DnsNodeResolver byPort() {
    dns.put("a." + SERVICE, RecordType.A, "10.0.0.1");
    return resolver(DnsResolverConfig.builder("shop", SERVICE).port(7400));
  }

  @Test
  void takesThePortFromTheServiceRecordThatPointsAtTheNode() {
    DnsNodeResolver resolver = bySrv();
    dns.put(
        SRV,
        RecordType.SRV,
        "0 100 7400 a." + SERVICE + ".",
        "0 100 7401 B." + SERVICE + ".",
        "nonsense");
    dns.put("b." + SERVICE, RecordType.A, "10.0.0.2");

    assertThat(resolver.resolveNode(A)).contains(A_HOME);
    assertThat(resolver.resolveNode(B)).contains(new Endpoint("10.0.0.2", 7401));
  }

  @Test
  void doesNotKnowANodeWithoutAServiceRecord() {
    DnsNodeResolver resolver = bySrv();
    dns.put("b." + SERVICE, RecordType.A, "10.0.0.2");

    assertThat(resolver.resolveNode(B)).isEmpty();
  }

  @Test
  void needsNoServiceRecordWhenThePortIsFixed() {
    DnsNodeResolver resolver = byPort();

    assertThat(resolver.resolveNode(A)).contains(A_HOME);
    assertThat(dns.questions()).containsExactly("A a." + SERVICE);
  }

  @Test
  void asksForTheSecondKindOfAddressOnlyWhereTheFirstIsMissing() {
    DnsNodeResolver resolver = byPort();
    dns.put("b." + SERVICE, RecordType.AAAA, "fd00:0:0:0:0:0:0:2");

    assertThat(resolver.resolveNode(B)).contains(new Endpoint("fd00:0:0:0:0:0:0:2", 7400));
    assertThat(dns.questions()).containsExactly("A b." + SERVICE, "AAAA b." + SERVICE);
  }

  @Test
  void choosesTheSameOfSeveralAddressesHoweverTheServerOrdersThem() {
    DnsNodeResolver resolver = byPort();
    dns.put("b." + SERVICE, RecordType.A, "10.0.0.10", "10.0.0.9", "junk");

    assertThat(resolver.resolveNode(B)).contains(new Endpoint("10.0.0.9", 7400));
  }

  @Test
  void choosesTheRecordOfTheLowestPriorityAndThenOfTheHighestWeight() {
    DnsNodeResolver resolver = bySrv();
    String host = " a." + SERVICE + ".";

    dns.put(SRV, RecordType.SRV, "1 900 1" + host, "0 5 2" + host, "0 6 3" + host, "0 6 4" + host);

    assertThat(resolver.resolveNode(A)).contains(new Endpoint("10.0.0.1", 3));
  }

  @Test
  void asksNothingForNodesThatTheDnsCannotHave() {
    DnsNodeResolver resolver = byPort();

    assertThat(resolver.resolveNode(new NodeId("a", "other"))).isEmpty();
    assertThat(resolver.resolveNode(new NodeId("a b", "shop"))).isEmpty();
    assertThat(resolver.resolveNode(new NodeId("a/b", "shop"))).isEmpty();
    assertThat(resolver.resolveNode(new NodeId(".", "shop"))).isEmpty();
    assertThat(resolver.resolveNode(new NodeId("x".repeat(64), "shop"))).isEmpty();
    assertThat(dns.questions()).isEmpty();
  }

  @Test
  void asksAgainOnlyWhenTheAnswerIsOld() {
    DnsNodeResolver resolver = byPort();
    resolver.resolveNode(A);
    dns.put("a." + SERVICE, RecordType.A, "10.0.0.9");

    environment.advance(CACHE.minusNanos(1));
    String cached = resolver.resolveNode(A).orElseThrow().host();
    environment.advance(Duration.ofNanos(1));
    String fresh = resolver.resolveNode(A).orElseThrow().host();

    assertThat(cached).isEqualTo("10.0.0.1");
    assertThat(fresh).isEqualTo("10.0.0.9");
    assertThat(dns.questions()).hasSize(2);
  }

  @Test
  void asksSoonerForANodeThatWasNotThere() {
    DnsNodeResolver resolver = bySrv();
    resolver.resolveNode(A);
    resolver.resolveNode(B);
    dns.questions();

    environment.advance(NEGATIVE.minusNanos(1));
    resolver.resolveNode(B);
    List<String> early = dns.questions();
    dns.put(SRV, RecordType.SRV, "0 0 7401 b." + SERVICE + ".");
    dns.put("b." + SERVICE, RecordType.A, "10.0.0.2");
    environment.advance(Duration.ofNanos(1));

    assertThat(early).isEmpty();
    assertThat(resolver.resolveNode(B)).contains(new Endpoint("10.0.0.2", 7401));
  }

  @Test
  void usesTheLastAnswerWhileNoServerAnswersButNotForEver() {
    DnsNodeResolver resolver = bySrv();
    resolver.resolveNode(A);
    dns.silentAbout(SERVICE);

    environment.advance(STALE.minusNanos(1));
    boolean used = resolver.resolveNode(A).isPresent();
    environment.advance(Duration.ofNanos(1));

    assertThat(used).isTrue();
    assertThatThrownBy(() -> resolver.resolveNode(A))
        .isInstanceOf(NotExecutedException.class)
        .hasMessageStartingWith(ErrorCode.NODE_UNAVAILABLE + ": node shop/a cannot be looked up")
        .hasMessageContaining("service " + SERVICE)
        .hasMessageContaining("(fake)")
        .hasMessageContaining("timeout");
  }

  @Test
  void aNodeThatWasNeverFoundIsNotTakenForAbsentWhileNoServerAnswers() {
    DnsNodeResolver resolver = bySrv();
    resolver.resolveNode(A);
    dns.silentAbout(SERVICE);
    environment.advance(CACHE);

    assertThatThrownBy(() -> resolver.resolveNode(B)).isInstanceOf(NotExecutedException.class);
  }

  @Test
  void asksASilentServerOncePerNegativePeriodAndWarnsOnceAMinute() {
    DnsNodeResolver resolver = byPort();
    resolver.resolveNode(A);
    dns.silentAbout(SERVICE);
    environment.advance(CACHE);
    dns.questions();

    try (LogLines log = new LogLines(DnsNodeResolver.class)) {
      for (int i = 0; i < 100; i++) {
        resolver.resolveNode(A);
        environment.advance(NEGATIVE.dividedBy(10));
      }

      assertThat(dns.questions()).hasSize(10);
      assertThat(log.at(Level.WARN)).singleElement().asString().contains("name=a." + SERVICE);
    }
  }

  @Test
  void findsOutThatTheServersAreBack() {
    DnsNodeResolver resolver = byPort();
    dns.silentAbout(SERVICE);
    assertThatThrownBy(() -> resolver.resolveNode(A)).isInstanceOf(NotExecutedException.class);

    dns.silentAbout("nothing");
    environment.advance(NEGATIVE);

    assertThat(resolver.resolveNode(A)).contains(A_HOME);
  }

  @Test
  void asksNothingByItselfWhileNobodyListens() {
    DnsNodeResolver resolver = bySrv();
    resolver.resolveNode(A);
    dns.questions();

    environment.advance(CACHE.multipliedBy(10));

    assertThat(dns.questions()).isEmpty();
  }

  @Test
  void tellsOfANodeThatMoved() {
    DnsNodeResolver resolver = bySrv();
    dns.put(SERVICE, RecordType.A, "10.0.0.1");
    resolver.resolveNode(A);
    resolver.onChange(told::add);

    dns.put("a." + SERVICE, RecordType.A, "10.0.0.9");
    dns.put(SERVICE, RecordType.A, "10.0.0.9");
    environment.advance(CACHE);

    assertThat(told).containsExactly(A);
    assertThat(resolver.resolveNode(A)).contains(new Endpoint("10.0.0.9", 7400));
  }

  @Test
  void tellsOfMembersThatComeAndGoEvenWhenNobodyAskedForThem() {
    DnsNodeResolver resolver = bySrv();
    resolver.onChange(told::add);
    environment.advance(CACHE);
    List<NodeId> first = List.copyOf(told);

    dns.put(SRV, RecordType.SRV, "0 100 7401 b." + SERVICE + ".", "0 0 1 elsewhere.example.");
    dns.put("b." + SERVICE, RecordType.A, "10.0.0.2");
    environment.advance(CACHE);

    assertThat(first).containsExactly(A);
    assertThat(told).containsExactlyInAnyOrder(A, A, B);
    assertThat(resolver.resolveNode(A)).isEmpty();
  }

  @Test
  void asksForTheServiceAloneWhileItStaysTheSame() {
    DnsNodeResolver resolver = bySrv();
    dns.put(SERVICE, RecordType.A, "10.0.0.1");
    resolver.onChange(told::add);
    environment.advance(CACHE);
    dns.questions();

    environment.advance(CACHE);

    assertThat(dns.questions()).containsExactly("A " + SERVICE, "SRV " + SRV);
  }

  @Test
  void looksEachNodeUpWhereTheServiceHasNoAddressesOfItsOwn() {
    DnsNodeResolver resolver = byPort();
    resolver.resolveNode(A);
    resolver.onChange(told::add);
    environment.advance(CACHE);

    dns.remove("a." + SERVICE, RecordType.A);
    environment.advance(CACHE);

    assertThat(told).containsExactly(A);
    assertThat(resolver.resolveNode(A)).isEmpty();
  }

  @Test
  void anOutageIsNoChangeAndWhatChangedMeanwhileIsToldAfterwards() {
    DnsNodeResolver resolver = bySrv();
    dns.put(SERVICE, RecordType.A, "10.0.0.1");
    resolver.resolveNode(A);
    resolver.onChange(told::add);
    environment.advance(CACHE);

    dns.silentAbout(SERVICE);
    environment.advance(CACHE.multipliedBy(3));
    List<NodeId> during = List.copyOf(told);
    dns.put("a." + SERVICE, RecordType.A, "10.0.0.9");
    dns.silentAbout("nothing");
    environment.advance(CACHE.plus(NEGATIVE));

    assertThat(during).isEmpty();
    assertThat(told).containsExactly(A);
  }

  @Test
  void oneNodeThatCannotBeLookedUpHidesNoChangeOfAnother() {
    DnsNodeResolver resolver = byPort();
    dns.put("b." + SERVICE, RecordType.A, "10.0.0.2");
    resolver.resolveNode(A);
    resolver.resolveNode(B);
    resolver.onChange(told::add);

    dns.silentAbout("a." + SERVICE);
    dns.put("b." + SERVICE, RecordType.A, "10.0.0.3");
    environment.advance(CACHE);

    assertThat(told).containsExactly(B);
  }

  @Test
  void remembersABoundedNumberOfNodes() {
    DnsNodeResolver resolver = byPort();
    resolver.resolveNode(A);
    dns.questions();

    for (int i = 0; i < DnsNodeResolver.MAX_NODES; i++) {
      resolver.resolveNode(new NodeId("n" + i, "shop"));
    }
    dns.questions();
    resolver.resolveNode(A);
    resolver.resolveNode(new NodeId("n9999", "shop"));

    assertThat(dns.questions()).containsExactly("A a." + SERVICE);
  }

  @Test
  void looksForNoChangesOnceClosedAndStillAnswers() {
    DnsNodeResolver resolver = bySrv();
    resolver.onChange(told::add);

    resolver.close();
    resolver.close();
    environment.advance(CACHE.multipliedBy(3));
    List<String> asked = dns.questions();

    assertThat(asked).isEmpty();
    assertThat(resolver.resolveNode(A)).contains(A_HOME);
  }
}
