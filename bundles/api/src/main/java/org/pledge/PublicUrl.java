package org.pledge;

import java.net.URI;
import java.util.List;

/** The address by which people reach the platform, which links in messages begin with. */
public final class PublicUrl {
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "[::1]", "localhost");

    private PublicUrl() {}

    /**
     * The setting {@code publicUrl} of a file, without a slash at its end.
     *
     * @param url blank where none is set
     * @param file the file in {@code etc} that holds it
     * @return empty where none is set
     * @throws IllegalArgumentException when it is not https, or http on a loopback address, or has a query, a fragment or a
     *     user
     */
    public static String of(String url, String file) {
        String set = url.strip();
        if (set.isEmpty()) {
            return set;
        }
        URI address = URI.create(set);
        boolean loopback = LOOPBACK.contains(String.valueOf(address.getHost()));
        if (address.getHost() == null
                || address.getRawQuery() != null
                || address.getRawFragment() != null
                || address.getRawUserInfo() != null
                || !("https".equals(address.getScheme()) || loopback && "http".equals(address.getScheme()))) {
            throw new IllegalArgumentException(
                    "publicUrl in etc/" + file + " must be https://host/path, http on a loopback address only");
        }
        return set.endsWith("/") ? set.substring(0, set.length() - 1) : set;
    }
}
