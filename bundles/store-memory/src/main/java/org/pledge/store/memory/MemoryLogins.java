package org.pledge.store.memory;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.spi.LoginStore;

/** What people sign in with in the maps of {@link Tables}. */
interface MemoryLogins extends LoginStore {
    /** Where it is kept. */
    Tables tables();

    private static Tables.Key<String> key(TenantId tenant, byte[] name) {
        return new Tables.Key<>(tenant, HexFormat.of().formatHex(name));
    }

    @Override
    default boolean putLogin(Login login) {
        if (login(login.tenant(), login.name())
                .filter(other -> !other.person().equals(login.person()))
                .isPresent()) {
            return false;
        }
        removeLogin(login.tenant(), login.person());
        tables().put(tables().logins, key(login.tenant(), login.name()), login);
        return true;
    }

    @Override
    default Optional<Login> login(TenantId tenant, byte[] name) {
        return tables().get(tables().logins, key(tenant, name));
    }

    @Override
    default void removeLogin(TenantId tenant, SubjectId person) {
        tables().all(tables().logins)
                .filter(one -> one.tenant().equals(tenant) && one.person().equals(person))
                .toList()
                .forEach(one -> tables().remove(tables().logins, key(tenant, one.name())));
    }

    @Override
    default Tries addTry(TenantId tenant, byte[] name, Instant now, Instant forgotten) {
        List.copyOf(tables().tries.entrySet()).stream()
                .filter(one -> one.getKey().tenant().equals(tenant)
                        && one.getValue().last().isBefore(forgotten))
                .forEach(one -> tables().remove(tables().tries, one.getKey()));
        Tries more = new Tries(tries(tenant, name).map(Tries::wrong).orElse(0) + 1, now);
        tables().put(tables().tries, key(tenant, name), more);
        return more;
    }

    @Override
    default Optional<Tries> tries(TenantId tenant, byte[] name) {
        return tables().get(tables().tries, key(tenant, name));
    }

    @Override
    default void removeTries(TenantId tenant, byte[] name) {
        tables().remove(tables().tries, key(tenant, name));
    }
}
