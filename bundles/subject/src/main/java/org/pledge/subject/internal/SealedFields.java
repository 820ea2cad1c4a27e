package org.pledge.subject.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer;
import org.pledge.subject.spi.SubjectStore;

/** The fields of people, sealed before the store sees them. */
record SealedFields(SubjectStore store, Sealer sealer) {

    void put(TenantId tenant, SubjectId person, String category, List<String> values) {
        byte[] plain = FieldValues.encode(values);
        try {
            store.putField(tenant, person, category, sealer.seal(place(tenant, person, category), plain));
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    Map<String, List<String>> open(TenantId tenant, SubjectId person, Predicate<String> wanted) {
        return open(tenant, person, store.fields(tenant, person), wanted);
    }

    /** But those whose purpose has ended. */
    Map<String, List<String>> openInUse(TenantId tenant, SubjectId person, Predicate<String> wanted) {
        return open(tenant, person, store.fieldsInUse(tenant, person), wanted);
    }

    private Map<String, List<String>> open(
            TenantId tenant, SubjectId person, Map<String, byte[]> from, Predicate<String> wanted) {
        Map<String, List<String>> values = new TreeMap<>();
        from.forEach((category, record) -> {
            if (wanted.test(category)) {
                values.put(category, open(place(tenant, person, category), record));
            }
        });
        return values;
    }

    Set<String> held(TenantId tenant, SubjectId person) {
        return store.fields(tenant, person).keySet();
    }

    private List<String> open(Sealer.Place place, byte[] sealed) {
        byte[] plain = sealer.open(place, sealed);
        try {
            return FieldValues.decode(plain);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static Sealer.Place place(TenantId tenant, SubjectId person, String category) {
        return new Sealer.Place(tenant, person, "person", category);
    }
}
