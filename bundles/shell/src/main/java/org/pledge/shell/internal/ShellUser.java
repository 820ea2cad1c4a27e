package org.pledge.shell.internal;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.ClientPrincipal;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;

/** Who logged in, as the login itself says: a session's variables are the user's own to set. */
record ShellUser(String name, Set<Role> roles) {

    static ShellUser of(Subject login) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (RolePrincipal held : login.getPrincipals(RolePrincipal.class)) {
            for (Role role : Role.values()) {
                if (held.getName().equals(role.name().toLowerCase(Locale.ROOT))) {
                    roles.add(role);
                }
            }
        }
        String name = login.getPrincipals(UserPrincipal.class).stream()
                .map(UserPrincipal::getName)
                .findFirst()
                .orElse("unknown");
        return new ShellUser(name, roles);
    }

    /** The address a login came from, as SSH tells it: {@code /127.0.0.1:51234} or {@code /[::1]:51234}. */
    static String address(Subject login) {
        return login.getPrincipals(ClientPrincipal.class).stream()
                .map(ClientPrincipal::getAddress)
                .map(address -> address.substring(address.lastIndexOf('/') + 1))
                .map(address -> address.replaceFirst(":[0-9]+$", "").replaceAll("[\\[\\]]", ""))
                .findFirst()
                .orElse("127.0.0.1");
    }

    Caller caller(TenantId tenant) {
        return new Caller(tenant, "shell:" + name, name, roles);
    }
}
