package org.pledge.rest.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.jaxrs.cfg.JaxRSFeature;
import com.fasterxml.jackson.jaxrs.json.JacksonJsonProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.Function;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.MultivaluedMap;
import org.pledge.PledgeException;
import org.pledge.SubjectId;

/** The one JSON mapper: bounded and strict in what it reads, sparing in what it writes. */
final class Json extends JacksonJsonProvider {
    static final ObjectMapper MAPPER = mapper();

    Json() {
        super(MAPPER);
        disable(JaxRSFeature.ALLOW_EMPTY_INPUT);
    }

    @Override
    public Object readFrom(
            Class<Object> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        Object value = super.readFrom(type, genericType, annotations, mediaType, headers, body);
        if (value == null) {
            throw Problems.noObject();
        }
        return value;
    }

    private static ObjectMapper mapper() {
        // a buffer that is used again holds what somebody sent before
        JsonFactory factory = JsonFactory.builder()
                .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(16)
                        .maxStringLength(65_536)
                        .maxNameLength(256)
                        .maxNumberLength(40)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .enable(
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(
                        DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(
                        LogicalType.Textual, to -> to.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .addModule(texts())
                .build();
    }

    private static SimpleModule texts() {
        SimpleModule module = new SimpleModule("pledge");
        text(module, SubjectId.class, SubjectId::parse);
        text(module, UUID.class, text -> SubjectId.parse(text).toUuid());
        text(module, Instant.class, text -> Instant.parse(text).truncatedTo(ChronoUnit.MICROS));
        text(module, LocalDate.class, LocalDate::parse);
        text(module, URI.class, URI::create);
        return module;
    }

    private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> read) {
        module.addSerializer(type, ToStringSerializer.instance);
        module.addDeserializer(type, new Text<>(type, read));
    }

    /** Reads a value from its text. */
    private static final class Text<T> extends StdScalarDeserializer<T> {
        private static final long serialVersionUID = 1L;

        private final transient Function<String, T> read;

        Text(Class<T> type, Function<String, T> read) {
            super(type);
            this.read = read;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                throw context.wrongTokenException(parser, handledType(), JsonToken.VALUE_STRING, "a text is needed");
            }
            String text = parser.getText();
            try {
                return read.apply(text);
            } catch (PledgeException | IllegalArgumentException | DateTimeException e) {
                throw context.weirdStringException(text, handledType(), "it has another form");
            }
        }
    }
}
