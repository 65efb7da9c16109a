package dev.orbit.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orbit.api.ActorType;
import dev.orbit.api.ActorWithStringKey;
import dev.orbit.api.address.AddressableReference;
import dev.orbit.api.address.Key;
import dev.orbit.api.error.ActorFailedException;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.NotExecutedException;
import dev.orbit.api.error.OrbitException;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.api.error.StorageException;
import dev.orbit.client.internal.call.CallContext;
import dev.orbit.client.internal.call.Invocation;
import dev.orbit.client.internal.contract.ActorContract;
import dev.orbit.client.internal.contract.MethodContract;
import dev.orbit.proto.Content;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorMappingTest {
  static class Refusal extends Exception {
    Refusal(String message) {
      super(message);
    }
  }

  static final class Finer extends Refusal {
    Finer() {
      super("finer");
    }
  }

  static final class Planted extends RuntimeException {
    static final AtomicBoolean MADE = new AtomicBoolean();

    Planted(String message) {
      super(message);
      MADE.set(true);
    }
  }

  @ActorType("bank.Account")
  interface Account extends ActorWithStringKey {
    long withdraw(long cents) throws Refusal;
  }

  private static final ActorContract CONTRACT = ActorContract.of(Account.class);
  private static final MethodContract WITHDRAW = CONTRACT.method("withdraw").orElseThrow();
  private static final Invocation CALL =
      new Invocation(
          new AddressableReference("bank.Account", Key.of("alice")),
          CONTRACT,
          WITHDRAW,
          new Object[] {5L},
          CallContext.root(0, Duration.ofSeconds(1)));

  private static OrbitException overTheWire(Throwable thrown) {
    return ErrorMapping.toException(ErrorMapping.threw(thrown, WITHDRAW), CALL);
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void carriesEveryCodeOfTheRuntime(ErrorCode code) {
    OrbitException sent = OrbitException.of(code, "what happened");

    Content.InvocationError error = ErrorMapping.refused(sent);
    OrbitException received = ErrorMapping.toException(error, CALL);

    assertThat(error.description()).isEqualTo("what happened");
    assertThat(received.code()).isEqualTo(code);
    assertThat(received).hasSameClassAs(sent);
    assertThat(received.description()).contains("what happened");
  }

  @Test
  void carriesWhenARepetitionMakesSense() {
    NotExecutedException sent =
        new NotExecutedException(ErrorCode.OVERLOADED, "full", null, Duration.ofMillis(40));

    OrbitException received = ErrorMapping.toException(ErrorMapping.refused(sent), CALL);

    assertThat(received)
        .isInstanceOfSatisfying(
            NotExecutedException.class,
            e -> assertThat(e.retryAfter()).contains(Duration.ofMillis(40)));
  }

  @Test
  void aFailureOfTheStoreKeepsItsKindAndCodeAndStack() {
    StorageException thrown =
        new StorageException(
            ErrorCode.WRITE_OUTCOME_UNKNOWN, "whether a was written", new Exception("reset"));

    OrbitException received = overTheWire(thrown);

    assertThat(received)
        .isInstanceOf(StorageException.class)
        .hasMessage("ORBIT-6005: whether a was written")
        .hasCauseInstanceOf(RemoteCause.class)
        .hasRootCauseMessage("java.lang.Exception: reset");
    assertThat(received.getStackTrace()[0]).hasToString(thrown.getStackTrace()[0].toString());
  }

  @Test
  void anotherFailureOfTheRuntimeIsTheActorsOwnBecauseTheActorHasRun() {
    OrbitException received = overTheWire(new NotExecutedException(ErrorCode.NOT_OWNER, "moved"));

    assertThat(received)
        .isInstanceOf(ActorFailedException.class)
        .hasMessageContaining("ORBIT-1007: moved");
  }

  /** Fails at whatever it is asked. */
  static final class Unspeakable extends RuntimeException {
    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException("no cause");
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new IllegalStateException("no stack");
    }
  }

  @Test
  void anExceptionThatFailsToSayWhatItIsStillReachesTheCaller() {
    OrbitException received = overTheWire(new Unspeakable());

    assertThat(received)
        .isInstanceOf(ActorFailedException.class)
        .hasMessageContaining(Unspeakable.class.getName())
        .hasMessageContaining("its message could not be had");
  }

  @Test
  void aMessageWithoutEndIsCut() {
    OrbitException received = overTheWire(new IllegalStateException("x".repeat(5_000_000)));

    assertThat(received.getMessage()).hasSizeLessThan(20_000).endsWith("...");
  }

  @Test
  void rebuildsADeclaredExceptionWithItsMessageAndStack() {
    Refusal thrown = new Refusal("balance is 3");

    OrbitException received = overTheWire(thrown);

    assertThat(received.description())
        .isEqualTo("bank.Account/alice.withdraw threw %s: balance is 3", Refusal.class.getName());
    assertThat(received)
        .hasCauseExactlyInstanceOf(Refusal.class)
        .hasRootCauseMessage("balance is 3");
    assertThat(received.getCause().getStackTrace()[0])
        .hasToString(thrown.getStackTrace()[0].toString());
    assertThat(((ActorFailedException) received).remoteType()).contains(Refusal.class.getName());
  }

  @Test
  void givesTheNearestDeclaredClassForOneThatTheCallerCannotKnow() {
    Content.InvocationError error = ErrorMapping.threw(new Finer(), WITHDRAW);
    OrbitException received = ErrorMapping.toException(error, CALL);

    assertThat(received).hasCauseExactlyInstanceOf(Refusal.class);
    assertThat(error.platform()).startsWith(Finer.class.getName() + ": finer\n\tat ");
  }

  @Test
  void rebuildsTheAllowedExceptionsOfTheJdk() throws Exception {
    for (String name : RemoteExceptions.allowed()) {
      Throwable thrown =
          Class.forName(name)
              .asSubclass(Throwable.class)
              .getConstructor(String.class)
              .newInstance("why");

      OrbitException received = overTheWire(thrown);

      assertThat(received.getCause()).as(name).hasSameClassAs(thrown).hasMessage("why");
    }
  }

  @Test
  void neverMakesAnExceptionThatTheContractDoesNotDeclare() {
    Content.InvocationError error =
        new Content.InvocationError(
            "boo",
            "",
            Optional.of(ErrorCode.ACTOR_FAILED),
            Optional.of(Planted.class.getName()),
            Optional.empty());

    OrbitException received = ErrorMapping.toException(error, CALL);

    assertThat(received).hasNoCause().hasMessageContaining(Planted.class.getName() + ": boo");
    assertThat(Planted.MADE).isFalse();
  }

  @Test
  void keepsTheAbsenceOfAMessage() {
    OrbitException received = overTheWire(new IllegalStateException());

    assertThat(received.getCause()).hasMessage(null);
    assertThat(received.description())
        .isEqualTo("bank.Account/alice.withdraw threw java.lang.IllegalStateException");
  }

  @Test
  void takesAnErrorWithoutACodeForTheActors() {
    Content.InvocationError error =
        new Content.InvocationError(
            "nope", "Error: nope", Optional.empty(), Optional.empty(), Optional.empty());

    OrbitException received = ErrorMapping.toException(error, CALL);

    assertThat(received)
        .isInstanceOf(ActorFailedException.class)
        .hasMessageContaining("bank.Account/alice.withdraw threw an error: nope");
  }

  @Test
  void takesAnErrorMessageForAProtocolFailureUnlessItHasACode() {
    Content.Failure plain = new Content.Failure("what?", Optional.empty());
    Content.Failure coded = new Content.Failure("not mine", Optional.of(ErrorCode.NOT_OWNER));

    assertThat(ErrorMapping.toException(plain, CALL))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("bank.Account/alice.withdraw was answered by an error: what?");
    assertThat(ErrorMapping.toException(coded, CALL).code()).isEqualTo(ErrorCode.NOT_OWNER);
  }

  @Test
  void tellsCausesAndTrimsLongAndCircularTraces() {
    Exception inner = new Exception("inner");
    Exception outer = new Exception("x".repeat(40_000), inner);
    Exception circular = new Exception("outer", inner);
    inner.initCause(circular);

    assertThat(PlatformText.of(outer)).hasSize(16_384);
    assertThat(PlatformText.of(circular))
        .contains("java.lang.Exception: outer\n")
        .containsOnlyOnce("Caused by: java.lang.Exception: inner\n");
  }

  @Test
  void readsTheFramesThatItWrites() {
    Exception thrown = new Exception("one\ntwo");
    StackTraceElement[] frames = {
      new StackTraceElement("a.B", "<init>", "B.java", 7),
      new StackTraceElement("a.B$C", "lambda$run$0", "B.java", -1),
      new StackTraceElement("loader", "mod", "1.0", "a.B", "run", "B.java", 9)
    };
    thrown.setStackTrace(frames);

    StackTraceElement[] read = PlatformText.frames(PlatformText.of(thrown));

    assertThat(read)
        .extracting(StackTraceElement::getMethodName)
        .containsExactly("<init>", "lambda$run$0", "run");
    assertThat(read).extracting(StackTraceElement::getLineNumber).containsExactly(7, -1, 9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\tat ", "\tat a.b(", "\tat .(:)", "\tat x(F.java:99999999999)", "\n\n\tat"})
  void readsNoFramesFromOtherText(String text) {
    assertThat(PlatformText.frames(text)).isEmpty();
  }
}
