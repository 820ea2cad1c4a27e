package org.pledge.answers.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.CredentialService;
import org.pledge.access.CredentialService.Credential;
import org.pledge.crypto.LookupTokens;

/** Says who acted: partners by their names, staff by their role and an identifier that means nothing elsewhere. */
final class Staff {
    private static final String USE = "answer-actor";
    private static final String SYSTEM = "system";
    private static final int TOKEN_BYTES = 8;

    private final TenantId tenant;
    private final LookupTokens tokens;
    private final Map<String, Set<Role>> roles;

    Staff(TenantId tenant, CredentialService credentials, LookupTokens tokens) {
        this.tenant = tenant;
        this.tokens = tokens;
        this.roles = credentials.list(tenant).stream()
                .collect(Collectors.toMap(Credential::name, Credential::roles, (one, other) -> one));
    }

    /** Who acted under this name, with the roles that were recorded with the act, if they were. */
    Map<String, String> of(String actor, Optional<String> recorded) {
        if (actor.equals(SYSTEM)) {
            return Map.of("role", "platform");
        }
        Set<Role> known = roles.getOrDefault(actor, Set.of());
        if (known.contains(Role.PARTNER)) {
            return Map.of("role", "partner", "name", actor);
        }
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put(
                "role",
                recorded.map(text -> text.toLowerCase(Locale.ROOT).replace(",", ", "))
                        .orElseGet(() -> known.isEmpty()
                                ? "staff"
                                : known.stream()
                                        .map(role -> role.name().toLowerCase(Locale.ROOT))
                                        .sorted()
                                        .collect(Collectors.joining(", "))));
        byte[] token = tokens.token(tenant, USE, actor.getBytes(StandardCharsets.UTF_8));
        shown.put("credential", HexFormat.of().formatHex(Arrays.copyOf(token, TOKEN_BYTES)));
        return shown;
    }
}
