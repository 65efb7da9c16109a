package dev.orbit.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import dev.orbit.api.error.ErrorCode;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.wire.MessageProto;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceiveTest {
  private final List<Message> messages = new ArrayList<>();
  private final List<BadMessage> bad = new ArrayList<>();

  private void receive(MessageProto proto) throws Exception {
    receive(proto, messages::add);
  }

  private void receive(MessageProto proto, Consumer<Message> to) throws Exception {
    byte[] bytes = proto.toByteArray();
    new MessageDecoder()
        .decode(
            bytes,
            0,
            bytes.length,
            new MessageDecoder.Receiver() {
              @Override
              public void message(Message message) {
                to.accept(message);
              }

              @Override
              public void bad(BadMessage message) {
                bad.add(message);
              }
            });
  }

  private static MessageProto proto(String text) throws Exception {
    return TextFormat.parse(text, MessageProto.class);
  }

  @Test
  void oneBadMemberOfABatchSpoilsNoneOfTheOthers() throws Exception {
    MessageProto batch =
        proto(
            "content { batch {"
                + " messages { message_id: 1 content { info_request {} } }"
                + " messages { message_id: 2 content { invocation_request { method: 'm' } } }"
                + " messages { message_id: 3 content { info_request {} } } } }");

    receive(batch);

    assertThat(messages).extracting(Message::id).containsExactly(1L, 3L);
    assertThat(bad).hasSize(1);
    assertThat(bad.getFirst().id()).isEqualTo(2);
    assertThat(bad.getFirst().role()).isEqualTo(BadMessage.Role.REQUEST);
    assertThat(bad.getFirst().error())
        .hasMessage("ORBIT-4001: content.invocation_request.reference: is missing");
  }

  @Test
  void aBatchWithinABatchIsBadAndTheRestOfTheOuterOneIsRead() throws Exception {
    MessageProto batch =
        proto(
            "content { batch { messages { message_id: 1 content { batch { messages { content {"
                + " info_request {} } } } } } messages { message_id: 2 content { info_request {} }"
                + " } } }");

    receive(batch);

    assertThat(messages).extracting(Message::id).containsExactly(2L);
    assertThat(bad).extracting(BadMessage::id).containsExactly(1L);
    assertThat(bad.getFirst().error())
        .hasMessage("ORBIT-4001: content.batch.messages[0].content.batch: batches do not nest");
  }

  @Test
  void aSingleMessageIsReceivedAsItself() throws Exception {
    receive(proto("message_id: 9 content { goodbye { reason: 'over' } }"));

    assertThat(messages).containsExactly(Message.of(9, new Content.Goodbye("over")));
    assertThat(bad).isEmpty();
  }

  @Test
  void theIdOfABadMessageIsKeptAsItWasSent() throws Exception {
    receive(proto("message_id: -7 content { info_request {} }"));

    assertThat(messages).isEmpty();
    assertThat(bad).extracting(BadMessage::id).containsExactly(-7L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          invocation_request {}                | REQUEST
          invocation_request { one_way: true } | NOTICE
          directory_request {}                 | REQUEST
          lease_request {}                     | REQUEST
          info_response {}                     | ANSWER
          lease_response {}                    | ANSWER
          cancel { message_id: -1 }            | NOTICE
          chunk { sequence: 4294967295 }       | NOTICE
          """)
  void whoIsToBeToldFollowsFromTheKind(String content, BadMessage.Role role) throws Exception {
    receive(proto("message_id: 4 content { " + content + " }"));

    assertThat(bad).extracting(BadMessage::role).containsExactly(role);
  }

  @Test
  void aBadAnswerIsNeverToBeAnswered() throws Exception {
    String[] answers = {
      "error {}",
      "info_response {}",
      "invocation_response {}",
      "invocation_response_error {}",
      "entries_response {}",
      "directory_response {}",
      "lease_response {}"
    };

    for (String answer : answers) {
      receive(proto("message_id: -1 content { " + answer + " }"));
    }

    assertThat(bad).extracting(BadMessage::role).containsOnly(BadMessage.Role.ANSWER);
    assertThat(bad).hasSize(answers.length);
  }

  @Test
  void aMessageWithoutContentIsARequestToBeAnswered() throws Exception {
    receive(proto("message_id: 4"));

    assertThat(bad).extracting(BadMessage::role).containsExactly(BadMessage.Role.REQUEST);
  }

  @Test
  void whatAReceiverThrowsComesOutAndIsNotTakenForABadMessage() throws Exception {
    MessageProto proto = proto("content { info_request {} }");
    ProtocolException thrown = new ProtocolException(ErrorCode.PROTOCOL_VIOLATION, "mine");

    assertThatThrownBy(
            () ->
                receive(
                    proto,
                    message -> {
                      throw thrown;
                    }))
        .isSameAs(thrown);
    assertThat(bad).isEmpty();
  }
}
