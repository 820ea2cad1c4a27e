package org.pledge.database;

import java.util.UUID;
import javax.persistence.AttributeConverter;
import javax.persistence.Converter;

/** Hands identifiers to the database's own UUID type; without it EclipseLink serialises them. */
@Converter
public final class UuidConverter implements AttributeConverter<UUID, UUID> {
    @Override
    public UUID convertToDatabaseColumn(UUID value) {
        return value;
    }

    @Override
    public UUID convertToEntityAttribute(UUID column) {
        return column;
    }
}
