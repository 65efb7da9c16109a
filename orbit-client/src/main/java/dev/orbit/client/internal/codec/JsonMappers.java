package dev.orbit.client.internal.codec;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.type.LogicalType;

/** Readers and writers of values of any type, by the rules of {@link JsonCodec}. Immutable. */
final class JsonMappers {
  /** The longest number, in characters: longer ones take quadratic time to read. */
  private static final int MAX_NUMBER_LENGTH = 1_000;

  final JsonMapper mapper;
  // Takes a missing primitive for zero.
  final JsonMapper otherForms;

  JsonMappers(ReferenceResolver references) {
    JsonFactory factory =
        JsonFactory.builder()
            .recyclerPool(new Recyclers(Runtime.getRuntime().availableProcessors()))
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(JsonCodec.MAX_NESTING)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .streamWriteConstraints(
                StreamWriteConstraints.builder().maxNestingDepth(JsonCodec.MAX_NESTING).build())
            .build();
    this.mapper =
        JsonMapper.builder(factory)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, JsonMappers::refuseNumbers)
            .annotationIntrospector(new PrimitivesRequired())
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            .polymorphicTypeValidator(BasicPolymorphicTypeValidator.builder().build())
            .addModule(new ReferenceModule(references))
            .build();
    this.otherForms =
        mapper
            .rebuild()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .annotationIntrospector(new JacksonAnnotationIntrospector())
            .build();
  }

  private static void refuseNumbers(MutableCoercionConfig text) {
    text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
  }

  /** A missing primitive would be zero or false, which nobody said. */
  private static final class PrimitivesRequired extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
      boolean isPrimitive =
          member instanceof AnnotatedParameter && member.getRawType().isPrimitive();
      return isPrimitive ? Boolean.TRUE : super.hasRequiredMarker(config, member);
    }
  }
}
