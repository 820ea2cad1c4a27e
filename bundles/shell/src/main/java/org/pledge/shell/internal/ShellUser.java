package org.pledge.shell.internal;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import javax.security.auth.Subject;
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

    Caller caller(TenantId tenant) {
        return new Caller(tenant, "shell:" + name, name, roles);
    }
}
