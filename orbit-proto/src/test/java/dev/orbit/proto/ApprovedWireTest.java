package dev.orbit.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.orbit.proto.wire.MessageProto;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The wire is a promise to programs that others have compiled. A change of what was promised fails
 * here; an addition is approved by a run with {@code -Dorbit.approve=true}, and then reviewed as
 * the difference of a text file.
 */
class ApprovedWireTest {
  private static final Path APPROVED = Path.of("src/test/resources/approved");

  @Test
  void everyPackageIsAsItWasApproved() throws Exception {
    Map<String, List<FileDescriptor>> packages = packages();

    for (Map.Entry<String, List<FileDescriptor>> entry : packages.entrySet()) {
      String listing = WireListing.of(entry.getKey(), entry.getValue());
      Path approved = APPROVED.resolve(entry.getKey() + ".txt");
      if (Boolean.getBoolean("orbit.approve")) {
        Files.writeString(approved, listing);
      }
      assertThat(approved).as("%s is new: approve it with -Dorbit.approve=true", approved).exists();
      assertThat(listing)
          .as(
              "the wire differs from %s; if it only adds, approve with -Dorbit.approve=true",
              approved)
          .isEqualTo(Files.readString(approved));
    }

    assertThat(packages).containsKey("orbit.shared");
  }

  @Test
  void aChangedFieldNumberIsNoticed() throws Exception {
    FileDescriptor original = MessageProto.getDescriptor().getFile();
    FileDescriptorProto.Builder mutated = original.toProto().toBuilder();
    mutated.getMessageTypeBuilderList().stream()
        .filter(message -> message.getName().equals("InvocationRequestProto"))
        .flatMap(message -> message.getFieldBuilderList().stream())
        .filter(field -> field.getName().equals("method"))
        .forEach(field -> field.setNumber(9));

    String listing = listingWith(original, mutated.build());

    assertThat(listing).isNotEqualTo(Files.readString(APPROVED.resolve("orbit.shared.txt")));
    assertThat(listing)
        .contains("  9 method string\n")
        .doesNotContain(
            "  1 reference orbit.shared.AddressableReferenceProto\n  2 method string\n");
  }

  @Test
  void aChangedTypeLabelOneofEnumOrMethodIsNoticed() throws Exception {
    String approved = Files.readString(APPROVED.resolve("orbit.shared.txt"));

    assertThat(approved)
        .contains("  3 arguments string\n")
        .contains(
            "  2 routed_unicast_target orbit.shared.MessageTargetProto.RoutedUnicast in oneof"
                + " target\n")
        .contains("    1 target repeated orbit.shared.NodeIdProto\n")
        .contains("  6 lease optional orbit.shared.NodeLeaseProto\n")
        .contains("  3 tags map<string, string>\n")
        .contains("    1 REROUTED\n")
        .contains(
            "  OpenStream(stream orbit.shared.MessageProto) returns (stream"
                + " orbit.shared.MessageProto)\n");
  }

  @ParameterizedTest
  @CsvSource({
    "MessageProto, message_id=1 source=2 target=3 content=4 attempts=5",
    "MessageTargetProto, unicast_target=1 routed_unicast_target=2",
    "MessageContentProto, error=1 info_request=2 info_response=3 invocation_request=4"
        + " invocation_response=5 invocation_response_error=6",
    "InvocationRequestProto, reference=1 method=2 arguments=3 reason=4",
    "InvocationResponseProto, value=1",
    "InvocationResponseErrorProto, description=1 platform=2",
    "ErrorProto, description=1",
    "ConnectionInfoResponseProto, node_id=1",
    "NodeIdProto, key=1 namespace=2",
    "NodeInfoProto, id=1 url=2 port=3 capabilities=4 status=5 lease=6",
    "NodeCapabilitiesProto, addressable_types=1 max_addressables=2 tags=3",
    "NodeLeaseProto, node_id=1 expires_at=2 renew_at=3 challenge_token=4",
    "KeyProto, string_key=1 int32_key=2 int64_key=3 no_key=4",
    "AddressableReferenceProto, addressable_type=1 key=2",
    "NamespacedAddressableReferenceProto, namespace=1 addressable_reference=2",
    "AddressableLeaseProto, reference=1 node_id=2 expires_at=3 renew_at=4",
    "HealthCheckResponseProto, status=1",
  })
  void whatForeignClientsKnowHasTheirNumbersAndAllElseIsNumberedFrom16(String name, String fields)
      throws Exception {
    Descriptor message = message(name);

    List<String> original =
        message.getFields().stream()
            .filter(field -> field.getNumber() < 16)
            .map(field -> field.getName() + "=" + field.getNumber())
            .toList();

    assertThat(original).containsExactlyInAnyOrder(fields.split(" "));
  }

  @Test
  void thePayloadIsTheLastFieldOfAMessage() {
    List<FieldDescriptor> fields = MessageProto.getDescriptor().getFields();

    int highest = fields.stream().mapToInt(FieldDescriptor::getNumber).max().orElseThrow();

    assertThat(highest).isEqualTo(MessageProto.PAYLOAD_FIELD_NUMBER);
  }

  private static Descriptor message(String name) throws Exception {
    return packages().get("orbit.shared").stream()
        .flatMap(file -> file.getMessageTypes().stream())
        .filter(type -> type.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String listingWith(FileDescriptor original, FileDescriptorProto mutated)
      throws Exception {
    List<FileDescriptor> files = new ArrayList<>(packages().get("orbit.shared"));
    files.remove(original);
    files.add(
        FileDescriptor.buildFrom(
            mutated, original.getDependencies().toArray(new FileDescriptor[0])));
    return WireListing.of("orbit.shared", files);
  }

  /** All generated files of this module by proto package, so that none can be forgotten. */
  private static Map<String, List<FileDescriptor>> packages() throws Exception {
    Path classes =
        Path.of(MessageProto.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Map<String, List<FileDescriptor>> packages = new TreeMap<>();
    for (String name : classNames(classes)) {
      Method descriptor = fileDescriptor(Class.forName(name));
      if (descriptor != null) {
        FileDescriptor file = (FileDescriptor) descriptor.invoke(null);
        packages.computeIfAbsent(file.getPackage(), p -> new ArrayList<>()).add(file);
      }
    }
    return packages;
  }

  private static List<String> classNames(Path classes) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString().replace('/', '.').replace('\\', '.'))
          .filter(name -> name.endsWith(".class") && !name.contains("$"))
          .filter(name -> !name.contains("-"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .toList();
    }
  }

  private static Method fileDescriptor(Class<?> type) {
    for (Method method : type.getDeclaredMethods()) {
      if (method.getName().equals("getDescriptor")
          && method.getReturnType() == FileDescriptor.class) {
        return method;
      }
    }
    return null;
  }
}
