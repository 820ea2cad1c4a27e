package org.pledge.sharing.internal;

import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.PledgeException;
import org.pledge.policy.Policy;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;

/** What a partner must look like before anything is agreed with it. */
final class PartnerRules {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,63}");
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern SAFEGUARD = Pattern.compile("[A-Za-z0-9.:/-]{1,64}");
    /** What a route can send to: nothing in it may be read as an option, a property or another server. */
    private static final Pattern PLAIN = Pattern.compile("[a-z][a-z0-9+.-]*://(\\[[0-9a-fA-F:.]+]|"
            + "[a-zA-Z0-9][a-zA-Z0-9.-]*)(:[0-9]{1,5})?(/[a-zA-Z0-9._~:,;=+@-]+)*/?");

    /** The settings' names; one of these endings would be a secret itself, and not the name of one. */
    private static final Pattern SETTING = Pattern.compile("[a-z0-9.-]{1,64}");

    private static final Pattern SECRET =
            Pattern.compile("(.*[.-])?(password|passphrase|passwd|secret|token|api-key|private-key)");
    private static final int MOST_SETTINGS = 32;
    private static final int MOST_CHARACTERS = 1000;

    /** The one place that knows which schemes are encrypted: all others are for loopback addresses. */
    static final Set<String> ENCRYPTED = Set.of("https", "sftp", "smtps", "kafka+ssl");

    /** What {@code rest} takes where no bundle provides it. */
    private static final Set<String> REST_SCHEMES = Set.of("https", "http");

    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    private PartnerRules() {}

    static void check(Partner partner, Policy policy, Collection<Connector> connectors) {
        Partner.Agreement agreement = partner.agreement();
        require(
                NAME.matcher(partner.name()).matches(),
                "name must be 2 to 64 lower-case letters, digits or hyphens, starting with a letter",
                "Choose such a name.");
        require(
                policy.recipient(partner.recipient()).isPresent(),
                "recipient is not one of the policy's recipients",
                "Use one of: " + sorted(policy.recipients().stream().map(Policy.Recipient::name)) + ".");
        List<String> categories =
                policy.categories().stream().map(Policy.Category::name).toList();
        requireNames("agreement.fields", "categories", agreement.fields(), categories);
        requireKnown("agreement.fields", "categories", agreement.fields(), policy, categories);
        requireNames("agreement.purposes", "purposes", agreement.purposes(), purposes(policy));
        require(
                COUNTRIES.contains(agreement.region()),
                "agreement.region must be a country code of ISO 3166-1",
                "Use two capital letters, such as CA.");
        require(
                !agreement.from().isAfter(agreement.until()),
                "agreement.from must not be after agreement.until",
                "Give the first and the last day of validity.");
        agreement
                .attestation()
                .ifPresent(attestation -> require(
                        Names.isToken(attestation.statement()),
                        "agreement.attestation.statement must be 1 to 64 lower-case letters, digits or hyphens",
                        "Use the name of the statement, such as no-retention."));
        agreement
                .safeguard()
                .ifPresent(safeguard -> require(
                        SAFEGUARD.matcher(safeguard.id()).matches(),
                        "agreement.safeguard.id must be 1 to 64 letters, digits or . : / -",
                        "Use the number of the adequacy decision, or of the signed clauses or rules."));
        Optional<Connector> connector = connectors.stream()
                .filter(one -> one.name().equals(partner.connector()))
                .findFirst();
        require(
                connector.isPresent() || partner.connector().equals(Partner.REST),
                "connector is not one of those that are installed",
                "Use one of: " + sorted(names(connectors).stream())
                        + "; or install the bundle of the connector, and put the partner again.");
        checkEndpoint(partner.endpoint(), connector.map(Connector::schemes).orElse(REST_SCHEMES));
        checkSettings(partner);
        connector.ifPresent(one -> one.check(partner));
    }

    /** Why nobody may be a partner for what this one was agreed with, whatever else the policy says. */
    static Optional<PledgeException> prohibition(Partner partner, Policy policy) {
        Map<String, List<String>> prohibited = new TreeMap<>();
        for (String purpose : partner.agreement().purposes()) {
            List<String> promises = policy.prohibiting(purpose);
            if (!promises.isEmpty()) {
                prohibited.put(purpose, promises);
            }
        }
        if (prohibited.isEmpty()) {
            return Optional.empty();
        }
        List<String> promises =
                prohibited.values().stream().flatMap(List::stream).distinct().toList();
        return Optional.of(new PledgeException(
                        PledgeException.Kind.DENIED,
                        "the policy prohibits the purpose " + String.join(", ", prohibited.keySet()) + " ("
                                + String.join(", ", promises) + ")")
                .because(promises)
                .remedy("Leave the purpose out of the agreement, or do not register this partner."));
    }

    /** The names of the connectors that partners can use. */
    static Set<String> names(Collection<Connector> connectors) {
        return Stream.concat(Stream.of(Partner.REST), connectors.stream().map(Connector::name))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static void checkEndpoint(URI endpoint, Set<String> schemes) {
        String scheme = endpoint.getScheme() == null ? "" : endpoint.getScheme().toLowerCase(Locale.ROOT);
        List<String> encrypted =
                schemes.stream().filter(ENCRYPTED::contains).sorted().toList();
        String example = encrypted.isEmpty() ? sorted(schemes.stream()) : String.join(" or ", encrypted);
        require(
                endpoint.getHost() != null && schemes.contains(scheme),
                "endpoint must be an absolute " + example + " address",
                "Write it as " + example + "://host/path.");
        require(
                endpoint.getPort() >= -1 && endpoint.getPort() != 0 && endpoint.getPort() <= 65535,
                "endpoint has a port that does not exist",
                "Use a port from 1 to 65535.");
        require(
                endpoint.getRawUserInfo() == null
                        && endpoint.getRawQuery() == null
                        && endpoint.getRawFragment() == null,
                "endpoint must have no user, query or fragment",
                "Keep credentials out of the address; a route adds them from its configuration.");
        require(
                PLAIN.matcher(endpoint.toString()).matches(),
                "endpoint must be written as " + scheme
                        + "://host:port/path, in plain letters, digits and . _ ~ : , ; = + @ -",
                "Write the scheme in small letters, and leave out % and other signs.");
        require(
                ENCRYPTED.contains(scheme) || isLoopback(endpoint.getHost()),
                "endpoint must be encrypted unless it is a loopback address",
                (encrypted.isEmpty() ? "" : "Use " + example + "; ") + scheme
                        + " is for 127.0.0.0/8, ::1 and localhost alone.");
    }

    /** Settings name things; what they name a secret by is the name of a file, and no path. */
    private static void checkSettings(Partner partner) {
        Map<String, String> settings = partner.settings();
        require(
                settings.size() <= MOST_SETTINGS,
                "settings must not be more than " + MOST_SETTINGS,
                "Leave out those that the connector does not need.");
        settings.forEach((name, value) -> {
            require(
                    SETTING.matcher(name).matches(),
                    "each of settings must have a name of 1 to 64 lower-case letters, digits, dots or hyphens",
                    "Use the names that docs/partners.md lists for the connector.");
            require(
                    value.length() <= MOST_CHARACTERS && value.chars().noneMatch(Character::isISOControl),
                    "settings." + name + " must be one line of at most " + MOST_CHARACTERS + " characters",
                    "Shorten it.");
            require(
                    !SECRET.matcher(name).matches(),
                    "settings." + name + " would hold a secret, and a partner holds none",
                    "Put the secret into a file, and write credentials: NAME, the name of that file.");
        });
        try {
            PartnerSecrets.nameOf(partner);
        } catch (PledgeException e) {
            throw new PledgeException(PledgeException.Kind.INVALID, "settings." + e.getMessage()).remedy(e.remedy());
        }
    }

    private static boolean isLoopback(String host) {
        if (LOOPBACK_V4.matcher(host).matches()) {
            return Arrays.stream(host.split("\\.")).allMatch(part -> Integer.parseInt(part) <= 255);
        }
        return host.equals("[::1]") || host.equalsIgnoreCase("localhost");
    }

    /** An agreement for a purpose that the policy does not have would look active and permit nothing. */
    static void checkPurposes(Partner partner, Policy policy) {
        requireKnown("agreement.purposes", "purposes", partner.agreement().purposes(), policy, purposes(policy));
    }

    private static List<String> purposes(Policy policy) {
        return policy.purposes().stream().map(Policy.Purpose::name).toList();
    }

    private static void requireNames(String field, String things, Collection<String> named, Collection<String> known) {
        require(
                !named.isEmpty() && named.stream().allMatch(Names::isToken),
                field + " must name " + things + ", each of 1 to 64 lower-case letters, digits or hyphens",
                "Use some of: " + sorted(known.stream()) + ".");
    }

    private static void requireKnown(
            String field, String things, Collection<String> named, Policy policy, Collection<String> known) {
        named.stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .findFirst()
                .ifPresent(unknown -> {
                    throw new PledgeException(
                                    PledgeException.Kind.INVALID,
                                    field + " names \"" + unknown + "\", which version " + policy.version()
                                            + " of the policy does not have among its " + things)
                            .remedy("Did you mean " + String.join(" or ", Nearest.to(unknown, known))
                                    + "? policy:show --tenant " + policy.tenant() + " lists all.");
                });
    }

    private static String sorted(Stream<String> names) {
        return names.sorted().collect(Collectors.joining(", "));
    }

    private static void require(boolean holds, String text, String remedy) {
        if (!holds) {
            throw new PledgeException(PledgeException.Kind.INVALID, text).remedy(remedy);
        }
    }
}
