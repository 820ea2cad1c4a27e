package org.pledge.rest.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.servlet.http.HttpServletRequest;
import javax.ws.rs.core.HttpHeaders;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.TenantId;

/**
 * Lets each address sign in in vain a few times in ten minutes. The more a tenant is attacked, the fewer those are, but
 * never none: whoever comes from elsewhere is not kept out. Addresses are kept in memory only, as salted hashes.
 */
final class SignInLimits {
    static final int MOST = 20;
    static final int MOST_UNDER_ATTACK = 5;
    static final int ATTACK = 1_000;

    private static final int MOST_ADDRESSES = 100_000;
    private static final int SALT = 16;
    private static final int IPV6_SITE = 8;
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final Pattern LOOPBACK = Pattern.compile("127\\..*|(0:){7}1|::1");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private final Clock clock;
    private final byte[] salt = new byte[SALT];
    private final Map<String, Integer> tries = new HashMap<>();
    private Instant began = Instant.EPOCH;

    SignInLimits(Clock clock) {
        this.clock = clock;
        new SecureRandom().nextBytes(salt);
    }

    /**
     * Signs in, unless too many from the same address were refused.
     *
     * @throws HttpRefusal 429
     */
    <T> T limited(TenantId tenant, HttpServletRequest request, Supplier<T> signIn) {
        String key = address(request).map(address -> key(tenant, address)).orElse("");
        take(tenant, key);
        boolean refused = false;
        try {
            return signIn.get();
        } catch (PledgeException e) {
            refused = e.kind() == Kind.UNAUTHENTICATED;
            throw e;
        } finally {
            if (!refused) {
                giveBack(tenant, key);
            }
        }
    }

    /** Counts before the password is looked at, so that many at once are not more. */
    private synchronized void take(TenantId tenant, String key) {
        Instant now = clock.instant();
        if (now.isBefore(began) || !now.isBefore(began.plus(WINDOW)) || tries.size() >= MOST_ADDRESSES) {
            began = now;
            tries.clear();
        }
        int most = tries.getOrDefault(tenant.value(), 0) >= ATTACK ? MOST_UNDER_ATTACK : MOST;
        if (!key.isEmpty() && tries.getOrDefault(key, 0) >= most) {
            throw new HttpRefusal(
                    429,
                    "TOO_MANY_TRIES",
                    "too many from the same address were not let in; nothing was looked at",
                    "Wait as many seconds as the header Retry-After says, or ask for a link.",
                    Map.of(
                            HttpHeaders.RETRY_AFTER,
                            Long.toString(
                                    WINDOW.minus(Duration.between(began, now)).toSeconds() + 1)));
        }
        tries.merge(tenant.value(), 1, Integer::sum);
        tries.merge(key, 1, Integer::sum);
    }

    private synchronized void giveBack(TenantId tenant, String key) {
        tries.computeIfPresent(tenant.value(), (any, count) -> count - 1);
        tries.computeIfPresent(key, (any, count) -> count - 1);
    }

    private String key(TenantId tenant, String address) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            return HexFormat.of().formatHex(digest.digest((tenant + " " + address).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Where a request comes from. Callers on other machines come through a proxy on this one, which adds the address that it
     * sees to the end of {@code X-Forwarded-For}; empty where it does not, since everybody would look like one.
     */
    private static Optional<String> address(HttpServletRequest request) {
        String peer = request.getRemoteAddr().replaceAll("[\\[\\]]", "");
        if (!LOOPBACK.matcher(peer).matches()) {
            return Optional.of(site(peer));
        }
        String seen = String.join(",", Collections.list(request.getHeaders("X-Forwarded-For")));
        return Optional.of(seen.substring(seen.lastIndexOf(',') + 1).strip())
                .filter(address -> !address.isEmpty())
                .map(SignInLimits::site);
    }

    /** Whoever has one address of IPv6 has the 2^64 beside it. */
    private static String site(String address) {
        if (!IPV6.matcher(address).matches()) {
            return address;
        }
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress(); // a literal: nothing is asked for
            return bytes.length > IPV6_SITE * 2 - 1
                    ? HexFormat.of().formatHex(Arrays.copyOf(bytes, IPV6_SITE))
                    : address;
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
