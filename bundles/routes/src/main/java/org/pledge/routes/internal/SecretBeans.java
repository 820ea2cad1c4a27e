package org.pledge.routes.internal;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.apache.camel.spi.BeanRepository;
import org.pledge.PledgeException;
import org.pledge.sharing.spi.PartnerSecrets;

/** Answers {@code #bean:secret.NAME} in the addresses of routes: as bytes, or as text without the line's end. */
record SecretBeans(PartnerSecrets secrets) implements BeanRepository {
    private static final String PREFIX = "secret.";

    @Override
    public Object lookupByName(String name) {
        return lookupByNameAndType(name, String.class);
    }

    @Override
    public <T> T lookupByNameAndType(String name, Class<T> type) {
        if (!name.startsWith(PREFIX) || type != byte[].class && !type.isAssignableFrom(String.class)) {
            return null;
        }
        byte[] bytes = secrets.find(name.substring(PREFIX.length())).orElseThrow(() -> new PledgeException(
                        PledgeException.Kind.UNAVAILABLE, RouteVetter.safe(name) + " is not there")
                .remedy("Put it into data/keys/partners/" + RouteVetter.safe(name.substring(PREFIX.length()))
                        + ", a file that only its owner may read."));
        return type.cast(type == byte[].class ? bytes : new String(bytes, StandardCharsets.UTF_8).stripTrailing());
    }

    @Override
    public <T> Map<String, T> findByTypeWithName(Class<T> type) {
        return Map.of();
    }

    @Override
    public <T> Set<T> findByType(Class<T> type) {
        return Set.of();
    }
}
