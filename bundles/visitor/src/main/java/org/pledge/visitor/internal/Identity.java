package org.pledge.visitor.internal;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Recognises what tells who somebody is, by the name it comes under or by its form. */
final class Identity {
    private static final Pattern BETWEEN_WORDS = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+");
    private static final Set<String> WORDS = Set.of(
            "account",
            "addr",
            "address",
            "agent",
            "birth",
            "birthdate",
            "client",
            "clientid",
            "contact",
            "cookie",
            "cookies",
            "customer",
            "customerid",
            "device",
            "deviceid",
            "email",
            "fingerprint",
            "forwarded",
            "geo",
            "guid",
            "id",
            "identity",
            "ip",
            "ipaddress",
            "ipv4",
            "ipv6",
            "lat",
            "latitude",
            "location",
            "login",
            "lon",
            "longitude",
            "mail",
            "member",
            "mobile",
            "name",
            "nickname",
            "person",
            "phone",
            "referer",
            "referrer",
            "remote",
            "session",
            "sessionid",
            "sid",
            "subject",
            "tel",
            "telephone",
            "token",
            "ua",
            "uid",
            "url",
            "user",
            "userid",
            "useragent",
            "username",
            "uuid",
            "visitor",
            "visitorid");
    private static final Pattern LONG_NUMBER = Pattern.compile("[0-9](?:[ .-]?[0-9]){6,}");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?::[0-9]+)?");

    private Identity() {}

    /** The known word in the name of a field that says who somebody is. */
    static Optional<String> inName(String field) {
        return Stream.of(BETWEEN_WORDS.split(field))
                .map(word -> word.toLowerCase(Locale.ROOT))
                .filter(WORDS::contains)
                .findFirst();
    }

    /** An email or IP address, or a long number. */
    static boolean inValue(String value) {
        return value.indexOf('@') >= 0
                || value.indexOf(':') >= 0
                || IPV4.matcher(value).matches()
                || LONG_NUMBER.matcher(value).find();
    }

    /** An address instead of a host's name. */
    static boolean inHost(String host) {
        return host.indexOf('@') >= 0
                || host.indexOf(':') >= 0
                || IPV4.matcher(host).matches();
    }
}
