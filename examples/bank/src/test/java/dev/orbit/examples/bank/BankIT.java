package dev.orbit.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orbit.api.Actors;
import dev.orbit.api.CallSettings;
import dev.orbit.api.error.OrbitException;
import dev.orbit.testkit.Cluster;
import dev.orbit.testkit.ClusterConfig;
import dev.orbit.testkit.StoreKind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Customers, their accounts and standing orders on three nodes. */
class BankIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static Cluster cluster;
  private static Actors actors;

  @BeforeAll
  static void start() {
    cluster =
        ClusterConfig.builder()
            .store(StoreKind.SQLITE)
            .leaseDuration(Duration.ofSeconds(6))
            .customizer((name, node) -> Bank.on(node))
            .start();
    actors = cluster.actors("node-1");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static Account account(String name) {
    return actors.get(Account.class, name);
  }

  /** A customer with an account for each of these amounts, named {@code name-1} and so on. */
  private static Customer customer(String name, long... cents) {
    Customer customer = actors.get(Customer.class, name);
    for (int i = 0; i < cents.length; i++) {
      String account = name + "-" + (i + 1);
      account(account).deposit("opening", cents[i]);
      customer.take(account);
    }
    return customer;
  }

  private static void awaitBalance(String account, long cents) {
    await().atMost(SOON).until(() -> account(account).balance() == cents);
  }

  /**
   * What was to be credited may be lost on its way: with a node, or with the deadline of whoever
   * asked. The account that has paid sends it again when it is told to settle.
   */
  private static void awaitSettled(String payer) {
    await().atMost(SOON).until(() -> account(payer).settle() == 0);
  }

  @Test
  void aPaymentComesFromTheFirstAccountThatHoldsEnoughAndIsMadeOnce() throws Exception {
    Customer ada = customer("ada", 100, 500, 900);

    Payment first = ada.pay("p1", "shop", 300);
    Payment again = ada.pay("p1", "shop", 300);
    Payment second = ada.pay("p2", "shop", 300);

    assertThat(first).isEqualTo(new Payment("p1", "ada-2", "shop", 300)).isEqualTo(again);
    assertThat(second.from()).isEqualTo("ada-3");
    assertThat(ada.payments()).containsExactly(first, second);
    assertThat(ada.wealth()).isEqualTo(new Wealth(900, List.of()));
    awaitBalance("shop", 600);
  }

  @Test
  void whatAnAccountOrItsFilterThrowsComesThroughTheCustomerAsItself() throws Exception {
    Customer bob = customer("bob", 2_000_000, 300);

    assertThatThrownBy(() -> bob.pay("p1", "yacht", 3_000_000))
        .isExactlyInstanceOf(ApprovalNeededException.class)
        .hasMessageContaining("bob-1");
    assertThatThrownBy(() -> bob.pay("p1", "yacht", 1_500_000))
        .isExactlyInstanceOf(ApprovalNeededException.class);
    Customer approved =
        actors
            .with(CallSettings.NONE.withBaggage(ApprovalFilter.APPROVED_BY, "carol"))
            .get(Customer.class, "bob");
    assertThatThrownBy(() -> approved.pay("p1", "yacht", 3_000_000))
        .isExactlyInstanceOf(InsufficientFundsException.class)
        .hasMessageContaining("none of 2 accounts");
    approved.pay("p1", "yacht", 1_500_000);

    assertThat(bob.wealth().cents()).isEqualTo(500_300);
    awaitBalance("yacht", 1_500_000);
  }

  @Test
  void whoGaveUpWaitingMayAskAgainAndPaysOnce() throws Exception {
    Customer eve = customer("eve", 1_000);
    Customer hasty =
        actors.with(CallSettings.timeout(Duration.ofMillis(1))).get(Customer.class, "eve");

    for (int i = 0; i < 20; i++) {
      try {
        hasty.pay("p" + i, "kiosk", 10);
      } catch (OrbitException e) {
        // Whether it was paid is not known, or it was not: the same again.
        eve.pay("p" + i, "kiosk", 10);
      }
    }

    assertThat(eve.payments()).hasSize(20);
    assertThat(eve.wealth().cents()).isEqualTo(800);
    awaitSettled("eve-1");
    assertThat(account("kiosk").balance()).isEqualTo(200);
  }

  @Test
  void aStandingOrderPaysEachTimeOnceAlsoWhenItsNodeIsLost() {
    Customer dan = customer("dan", 250);
    StandingOrder rent =
        IntStream.range(0, 1_000)
            .mapToObj(i -> actors.get(StandingOrder.class, "rent-" + i))
            .filter(order -> cluster.nodeOf(order).equals("node-3"))
            .findFirst()
            .orElseThrow();
    rent.begin(new Order("dan", "landlord", 100, Duration.ofSeconds(1)));
    await().atMost(SOON).until(() -> !rent.executions().isEmpty());

    cluster.kill("node-3");
    cluster.awaitGone("node-3", SOON);
    await().atMost(SOON).until(() -> rent.executions().size() >= 4);
    rent.end();

    List<Execution> executions = rent.executions();
    assertThat(executions).extracting(Execution::occurrence).doesNotHaveDuplicates();
    assertThat(executions).filteredOn(Execution::paid).hasSize(2);
    assertThat(executions.getLast().remark()).contains("none of 1 accounts");
    assertThat(dan.wealth().cents()).isEqualTo(50);
    awaitSettled("dan-1");
    assertThat(account("landlord").balance()).isEqualTo(200);
  }
}
