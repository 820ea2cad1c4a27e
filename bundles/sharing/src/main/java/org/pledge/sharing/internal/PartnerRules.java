package org.pledge.sharing.internal;

import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.PledgeException;
import org.pledge.policy.Policy;
import org.pledge.sharing.Partner;

/** What a partner must look like before anything is agreed with it. */
final class PartnerRules {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,63}");
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.(0|[1-9][0-9]{0,2})){3}");
    /** What a route can send to: nothing in it may be read as an option, a property or another server. */
    private static final Pattern PLAIN = Pattern.compile(
            "https?://(\\[[0-9a-fA-F:.]+]|[a-zA-Z0-9][a-zA-Z0-9.-]*)(:[0-9]{1,5})?(/[a-zA-Z0-9._~:,;=+@-]+)*/?");

    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    private PartnerRules() {}

    static void check(Partner partner, Policy policy) {
        Partner.Agreement agreement = partner.agreement();
        require(
                NAME.matcher(partner.name()).matches(),
                "name must be 2 to 64 lower-case letters, digits or hyphens, starting with a letter",
                "Choose such a name.");
        require(
                policy.recipient(partner.recipient()).isPresent(),
                "recipient is not one of the policy's recipients",
                "Use one of: " + sorted(policy.recipients().stream().map(Policy.Recipient::name)) + ".");
        require(
                !agreement.fields().isEmpty()
                        && agreement.fields().stream()
                                .allMatch(field -> policy.category(field).isPresent()),
                "agreement.fields must name categories of the policy",
                "Use some of: " + sorted(policy.categories().stream().map(Policy.Category::name)) + ".");
        require(
                !agreement.purposes().isEmpty() && areTokens(agreement.purposes()),
                "agreement.purposes must name purposes, each of 1 to 64 lower-case letters, digits or hyphens",
                "Use some of: " + sorted(policy.purposes().stream().map(Policy.Purpose::name)) + ".");
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
        checkEndpoint(partner.endpoint());
    }

    private static void checkEndpoint(URI endpoint) {
        String scheme = endpoint.getScheme() == null ? "" : endpoint.getScheme().toLowerCase(Locale.ROOT);
        require(
                endpoint.getHost() != null && (scheme.equals("https") || scheme.equals("http")),
                "endpoint must be an absolute https address",
                "Write it as https://host/path.");
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
                "endpoint must be written as https://host:port/path, in plain letters, digits and . _ ~ : , ; = + @ -",
                "Write the scheme in small letters, and leave out % and other signs.");
        require(
                scheme.equals("https") || isLoopback(endpoint.getHost()),
                "endpoint must be encrypted unless it is a loopback address",
                "Use https; http is for 127.0.0.0/8, ::1 and localhost alone.");
    }

    private static boolean isLoopback(String host) {
        if (LOOPBACK_V4.matcher(host).matches()) {
            return Arrays.stream(host.split("\\.")).allMatch(part -> Integer.parseInt(part) <= 255);
        }
        return host.equals("[::1]") || host.equalsIgnoreCase("localhost");
    }

    private static boolean areTokens(Collection<String> names) {
        return names.stream().allMatch(Names::isToken);
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
