package org.pledge.mailbox.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.rights.RightsService.Type;

/** Tells what a mail asks for by the address that it was sent to, or by its subject; who reads it decides the rest. */
final class Topics {
    private static final List<String> LANGUAGES = List.of("en", "de", "nl", "fr", "es");
    /** Who asks for a child is not the person, so that staff have to find out whom it is about. */
    private static final Set<Type> FOR_STAFF = EnumSet.of(Type.CHILD_REMOVAL);

    private final Map<Type, List<String>> words = new EnumMap<>(Type.class);

    Topics() {
        for (String language : LANGUAGES) {
            Properties file = read("subjects." + language + ".properties");
            for (String name : file.stringPropertyNames()) {
                words.merge(
                        type(name).orElseThrow(() -> new IllegalStateException("no such type: " + name)),
                        Arrays.stream(file.getProperty(name).split(","))
                                .map(Topics::folded)
                                .toList(),
                        (one, other) ->
                                Stream.concat(one.stream(), other.stream()).toList());
            }
        }
    }

    private static Properties read(String file) {
        Properties properties = new Properties();
        try (InputStream in = Topics.class.getResourceAsStream(file);
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private static Optional<Type> type(String word) {
        return Arrays.stream(Type.values())
                .filter(type -> type.name().equalsIgnoreCase(word.replace('-', '_')))
                .findFirst();
    }

    private static String folded(String text) {
        return text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }

    /** What cannot be told for certain is a complaint, which somebody reads. */
    Type of(Letter letter) {
        Set<Type> addressed = letter.recipients().stream()
                .flatMap(address -> tag(address).flatMap(Topics::type).stream())
                .collect(Collectors.toSet());
        String subject = folded(letter.subject());
        Set<Type> meant = addressed.isEmpty()
                ? words.entrySet().stream()
                        .filter(topic -> topic.getValue().stream().anyMatch(subject::contains))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet())
                : addressed;
        return meant.size() == 1 && !FOR_STAFF.containsAll(meant)
                ? meant.iterator().next()
                : Type.COMPLAINT;
    }

    /** What stands behind the plus sign (RFC 5233). */
    private static Optional<String> tag(String address) {
        int at = address.lastIndexOf('@');
        int plus = address.indexOf('+');
        return plus > 0 && plus < at ? Optional.of(address.substring(plus + 1, at)) : Optional.empty();
    }
}
