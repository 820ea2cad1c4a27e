package org.pledge.vault.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Addresses and networks, such as {@code 10.1.2.0/24}, that somebody may be connected from. */
final class AllowedAddresses {
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F.:]*:[0-9a-fA-F.:]*");
    private static final Pattern PREFIX = Pattern.compile("[0-9]{1,3}");

    private record Network(byte[] address, int bits) {
        boolean holds(byte[] other) {
            boolean same = other.length == address.length;
            for (int i = 0; same && i < bits; i++) {
                int mask = 0x80 >> i % 8;
                same = (other[i / 8] & mask) == (address[i / 8] & mask);
            }
            return same;
        }
    }

    private final List<Network> networks;

    /**
     * Keeps what is allowed; one text may hold several, with commas between them.
     *
     * @throws IllegalStateException when one is no address, so that a typing error allows nothing
     */
    AllowedAddresses(String... texts) {
        networks = Stream.of(texts)
                .flatMap(text -> Stream.of(text.split(",")))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(AllowedAddresses::network)
                .toList();
    }

    private static Network network(String text) {
        String[] parts = text.split("/", 2);
        byte[] address = bytes(parts[0]).orElseThrow(() -> unreadable(text));
        int most = address.length * Byte.SIZE;
        if (parts.length == 1) {
            return new Network(address, most);
        }
        int bits = PREFIX.matcher(parts[1]).matches() ? Integer.parseInt(parts[1]) : most + 1;
        if (bits > most) {
            throw unreadable(text);
        }
        return new Network(address, bits);
    }

    private static IllegalStateException unreadable(String text) {
        return new IllegalStateException("org.pledge.vault: reveal.addresses holds " + text
                + ", which is no address or network. Correct it in its .cfg.");
    }

    /** Names are never looked up. */
    private static Optional<byte[]> bytes(String text) {
        if (!LITERAL.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    boolean allow(String from) {
        return bytes(from)
                .filter(address -> networks.stream().anyMatch(network -> network.holds(address)))
                .isPresent();
    }
}
