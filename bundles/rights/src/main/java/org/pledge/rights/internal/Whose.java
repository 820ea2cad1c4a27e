package org.pledge.rights.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.LookupTokens;
import org.pledge.rights.RightsService.Identified;
import org.pledge.subject.SubjectService;

/** Finds whom a request is about by what somebody says of themselves. Needs a transaction. */
record Whose(SubjectService subjects, LookupTokens tokens) {
    private static final String USE = "rights-identified";
    private static final int MOST = 8;

    /** Everybody who holds every value, always in the same order; without one an identifier that is nobody's. */
    List<SubjectId> subjects(Caller caller, Identified identified) {
        Map<String, String> values = new TreeMap<>(identified.identifiers());
        if (values.isEmpty() || values.size() > MOST || values.values().stream().anyMatch(String::isBlank)) {
            throw new PledgeException(Kind.INVALID, "name 1 to " + MOST + " identifiers, each with its value")
                    .remedy("Say by which category and value the person is known, such as their email.");
        }
        Set<SubjectId> everywhere = values.entrySet().stream()
                .map(said -> subjects.having(caller, said.getKey(), said.getValue()))
                .reduce(Whose::both)
                .orElse(Set.of());
        SubjectId nobody = nobody(caller.tenant(), values);
        return everywhere.isEmpty()
                ? List.of(nobody)
                : everywhere.stream().sorted().toList();
    }

    private static Set<SubjectId> both(Set<SubjectId> one, Set<SubjectId> other) {
        Set<SubjectId> both = new HashSet<>(one);
        both.retainAll(other);
        return both;
    }

    /** A version 4 UUID like everybody's, the same for the same values. */
    private SubjectId nobody(TenantId tenant, Map<String, String> values) {
        String said = values.entrySet().stream()
                .map(value -> value.getKey().length() + ":" + value.getKey()
                        + value.getValue().length() + ":" + value.getValue())
                .collect(Collectors.joining());
        ByteBuffer bits = ByteBuffer.wrap(tokens.token(tenant, USE, said.getBytes(StandardCharsets.UTF_8)));
        long high = bits.getLong() & 0xFFFFFFFFFFFF0FFFL | 0x0000000000004000L;
        long low = bits.getLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
        return SubjectId.of(new UUID(high, low));
    }
}
