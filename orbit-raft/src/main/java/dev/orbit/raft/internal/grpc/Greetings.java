package dev.orbit.raft.internal.grpc;

import dev.orbit.proto.raft.HelloProto;
import dev.orbit.proto.raft.StoreProto;
import dev.orbit.proto.raft.WelcomeProto;
import java.util.HashMap;
import java.util.Map;

/** What voters say to each other first, on the wire. */
final class Greetings {
  private Greetings() {}

  static Store store(HelloProto hello) {
    return new Store(hello.getFromStore(), hello.getFromGeneration());
  }

  static WelcomeProto welcome(Introduction introduction) {
    WelcomeProto.Builder welcome =
        WelcomeProto.newBuilder()
            .setStore(introduction.store().id())
            .setGeneration(introduction.store().generation())
            .setTerm(introduction.term())
            .setFull(introduction.full());
    introduction
        .known()
        .forEach(
            (peer, store) ->
                welcome.putKnown(
                    peer,
                    StoreProto.newBuilder()
                        .setId(store.id())
                        .setGeneration(store.generation())
                        .build()));
    return welcome.build();
  }

  static Introduction introduction(WelcomeProto welcome) {
    Map<String, Store> known = new HashMap<>();
    welcome
        .getKnownMap()
        .forEach((peer, store) -> known.put(peer, new Store(store.getId(), store.getGeneration())));
    return new Introduction(
        new Store(welcome.getStore(), welcome.getGeneration()),
        welcome.getTerm(),
        welcome.getFull(),
        known);
  }
}
