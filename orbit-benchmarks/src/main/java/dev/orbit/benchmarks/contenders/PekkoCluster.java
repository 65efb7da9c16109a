package dev.orbit.benchmarks.contenders;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * What both of Pekko's processes have in common: cluster sharding over Artery TCP with Pekko's
 * defaults. Entities of type {@code far} live in the far process only, those of type {@code near}
 * in the near one.
 */
final class PekkoCluster {
  /** Marks what Pekko's Jackson serializer encodes as CBOR. */
  interface AsCbor {}

  /** Asks an entity for its text back. */
  record Ask(String text, ActorRef<Answer> from) implements AsCbor {}

  /** The text. */
  record Answer(String text) implements AsCbor {}

  static final EntityTypeKey<Ask> FAR = EntityTypeKey.create(Ask.class, "far");
  static final EntityTypeKey<Ask> NEAR = EntityTypeKey.create(Ask.class, "near");

  /**
   * The same in protobuf, in types that protobuf itself ships: {@code type_url} carries the address
   * of the asker, {@code value} the text.
   */
  static final EntityTypeKey<Any> FAR_PROTOBUF = EntityTypeKey.create(Any.class, "far-protobuf");

  private PekkoCluster() {}

  static ActorSystem<Void> start(String role, int seedPort) {
    Config config =
        ConfigFactory.parseString(
                """
                pekko {
                  loglevel = WARNING
                  stdout-loglevel = WARNING
                  actor.provider = cluster
                  actor.serialization-bindings {
                    "%s" = jackson-cbor
                  }
                  remote.artery {
                    transport = tcp
                    canonical.hostname = "127.0.0.1"
                    canonical.port = %d
                  }
                  cluster {
                    roles = [%s]
                    seed-nodes = ["pekko://benchmark@127.0.0.1:%d"]
                    jmx.multi-mbeans-in-same-jvm = on
                  }
                }
                """
                    .formatted(
                        AsCbor.class.getName(), role.equals("far") ? seedPort : 0, role, seedPort))
            .withFallback(ConfigFactory.load());
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "benchmark", config);
    ClusterSharding sharding = ClusterSharding.get(system);
    sharding.init(Entity.of(FAR, entity -> echo()).withRole("far"));
    sharding.init(Entity.of(NEAR, entity -> echo()).withRole("near"));
    sharding.init(
        Entity.of(FAR_PROTOBUF, entity -> protobufEcho(ActorRefResolver.get(system)))
            .withRole("far"));
    return system;
  }

  private static Behavior<Ask> echo() {
    return Behaviors.receiveMessage(
        ask -> {
          ask.from().tell(new Answer(ask.text()));
          return Behaviors.same();
        });
  }

  private static Behavior<Any> protobufEcho(ActorRefResolver resolver) {
    return Behaviors.receiveMessage(
        ask -> {
          ActorRef<StringValue> from = resolver.resolveActorRef(ask.getTypeUrl());
          from.tell(StringValue.newBuilder().setValueBytes(ask.getValue()).build());
          return Behaviors.same();
        });
  }
}
