package org.pledge.rest.internal;

import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.UUID;
import java.util.function.Function;
import javax.ws.rs.NotFoundException;
import javax.ws.rs.ext.ParamConverter;
import javax.ws.rs.ext.ParamConverterProvider;
import org.pledge.SubjectId;

/** Reads identifiers in a path; what cannot be one is simply not there. */
final class Identifiers implements ParamConverterProvider {
    private static final ParamConverter<SubjectId> SUBJECT = new Converter<>(Function.identity());
    private static final ParamConverter<UUID> ANY = new Converter<>(SubjectId::toUuid);

    @Override
    @SuppressWarnings("unchecked")
    public <T> ParamConverter<T> getConverter(Class<T> type, Type genericType, Annotation[] annotations) {
        if (type == SubjectId.class) {
            return (ParamConverter<T>) SUBJECT;
        }
        return type == UUID.class ? (ParamConverter<T>) ANY : null;
    }

    private record Converter<T>(Function<SubjectId, T> shape) implements ParamConverter<T> {
        @Override
        public T fromString(String text) {
            return SubjectId.tryParse(text).map(shape).orElseThrow(NotFoundException::new);
        }

        @Override
        public String toString(T id) {
            return id.toString();
        }
    }
}
