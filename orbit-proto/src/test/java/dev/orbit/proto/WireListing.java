package dev.orbit.proto;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Everything about proto files that another end depends on, as text that people can read and
 * compare.
 */
final class WireListing {
  private final StringBuilder text = new StringBuilder();

  private WireListing() {}

  static String of(String protoPackage, Collection<FileDescriptor> files) {
    WireListing listing = new WireListing();
    listing.line(0, "package " + protoPackage);
    List<FileDescriptor> sorted =
        files.stream().sorted(Comparator.comparing(FileDescriptor::getName)).toList();
    for (FileDescriptor file : sorted) {
      listing.file(file);
    }
    return listing.text.toString();
  }

  private void file(FileDescriptor file) {
    text.append('\n');
    line(0, "file " + file.getName());
    file.getServices().forEach(this::service);
    file.getMessageTypes().forEach(message -> message(0, message));
    file.getEnumTypes().forEach(type -> enumeration(0, type));
  }

  private void service(ServiceDescriptor service) {
    line(0, "service " + service.getName());
    for (MethodDescriptor method : service.getMethods()) {
      line(
          1,
          "%s(%s%s) returns (%s%s)"
              .formatted(
                  method.getName(),
                  method.isClientStreaming() ? "stream " : "",
                  method.getInputType().getFullName(),
                  method.isServerStreaming() ? "stream " : "",
                  method.getOutputType().getFullName()));
    }
  }

  private void message(int depth, Descriptor message) {
    line(depth, "message " + message.getName());
    for (FieldDescriptor field : message.getFields()) {
      line(depth + 1, "%d %s %s".formatted(field.getNumber(), field.getName(), type(field)));
    }
    for (Descriptor nested : message.getNestedTypes()) {
      if (!nested.getOptions().getMapEntry()) {
        message(depth + 1, nested);
      }
    }
    message.getEnumTypes().forEach(type -> enumeration(depth + 1, type));
  }

  private void enumeration(int depth, EnumDescriptor type) {
    line(depth, "enum " + type.getName());
    for (EnumValueDescriptor value : type.getValues()) {
      line(depth + 1, "%d %s".formatted(value.getNumber(), value.getName()));
    }
  }

  private static String type(FieldDescriptor field) {
    if (field.isMapField()) {
      return "map<%s, %s>"
          .formatted(
              plainType(field.getMessageType().findFieldByName("key")),
              plainType(field.getMessageType().findFieldByName("value")));
    }
    OneofDescriptor oneof = field.getRealContainingOneof();
    String label =
        field.isRepeated()
            ? "repeated "
            : oneof == null && field.toProto().getProto3Optional() ? "optional " : "";
    return label + plainType(field) + (oneof == null ? "" : " in oneof " + oneof.getName());
  }

  private static String plainType(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
          field.getType().name().toLowerCase(Locale.ROOT);
    };
  }

  private void line(int depth, String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }
}
