package org.pledge.shell.internal;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.pledge.Role;

/** Who may log in to this shell, by the files that say so. */
final class ShellUsers {
    private static final List<String> FILES = List.of("users.properties", "keys.properties");
    private static final String GROUP = "_g_:";

    private ShellUsers() {}

    static Set<String> holding(Role role) throws IOException {
        return holding(role, Path.of(System.getProperty("karaf.etc", "etc")));
    }

    /** The names of the users that hold a role by themselves or through a group. */
    static Set<String> holding(Role role, Path etc) throws IOException {
        Set<String> holders = new TreeSet<>();
        for (String name : FILES) {
            Path file = etc.resolve(name);
            if (Files.exists(file)) {
                Properties users = read(file);
                users.stringPropertyNames().stream()
                        .filter(user -> !user.startsWith(GROUP))
                        .filter(user -> holds(users, user, role.name().toLowerCase(Locale.ROOT)))
                        .forEach(holders::add);
            }
        }
        return holders;
    }

    private static boolean holds(Properties users, String entry, String role) {
        String[] parts = users.getProperty(entry, "").split(",");
        return Arrays.stream(parts)
                .skip(1) // the password or the key
                .map(String::strip)
                .anyMatch(each -> each.equals(role)
                        || each.startsWith(GROUP) && !entry.startsWith(GROUP) && holds(users, each, role));
    }

    private static Properties read(Path file) throws IOException {
        Properties users = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            users.load(reader);
        }
        return users;
    }
}
