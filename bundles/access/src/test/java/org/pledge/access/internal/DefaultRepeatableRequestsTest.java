package org.pledge.access.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.spi.AccessStore;

final class DefaultRepeatableRequestsTest {
    private static final TenantId KX = new TenantId("kx");
    private static final Caller SHOP = new Caller(KX, "shop", Set.of(Role.OPERATOR));
    private static final byte[] DIGEST = {1, 2, 3};
    private static final byte[] OTHER_DIGEST = {1, 2, 4};

    private final House house = new House();
    private final DefaultRepeatableRequests requests = over(house.store);

    private DefaultRepeatableRequests over(AccessStore store) {
        return new DefaultRepeatableRequests(house.store, store, house.tokens, house.clock);
    }

    /** An act that shows in the store how often it was done. */
    private Supplier<String> act(String resource) {
        return () -> {
            house.store.add(KX, new byte[] {1});
            return resource;
        };
    }

    private int acts() {
        return house.store.required(() -> house.store.unchained(KX, 1000)).size();
    }

    @Test
    void theSameRequestActsOnce() {
        assertThat(requests.once(SHOP, "key", DIGEST, act("first"))).isEqualTo("first");
        assertThat(requests.once(SHOP, "key", DIGEST.clone(), act("second"))).isEqualTo("first");
        assertThat(over(house.store).once(SHOP, "key", DIGEST, act("third"))).isEqualTo("first");
        assertThat(acts()).isEqualTo(1);
    }

    @Test
    void aKeyBelongsToOneCallerOfOneTenant() {
        List<Caller> callers = List.of(
                SHOP,
                new Caller(KX, "desk", Set.of(Role.OPERATOR)),
                new Caller(new TenantId("an"), "shop", Set.of(Role.OPERATOR)));
        for (Caller caller : callers) {
            String resource = caller.tenant() + "-" + caller.name();
            assertThat(requests.once(caller, "key", DIGEST, act(resource))).isEqualTo(resource);
        }
        assertThat(requests.once(SHOP, "key2", DIGEST, act("key2"))).isEqualTo("key2");
        assertThat(acts()).isEqualTo(4);
    }

    @Test
    void aKeyThatWasUsedForAnotherRequestIsRefused() {
        requests.once(SHOP, "key", DIGEST, act("first"));
        assertThatThrownBy(() -> requests.once(SHOP, "key", OTHER_DIGEST, act("second")))
                .isInstanceOfSatisfying(PledgeException.class, e -> {
                    assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID);
                    assertThat(e.remedy()).isNotEmpty();
                });
        assertThat(acts()).isEqualTo(1);
    }

    @Test
    void anActThatFailsLeavesTheKeyFree() {
        PledgeException denied = new PledgeException(PledgeException.Kind.CONFLICT, "no");
        assertThatThrownBy(() -> requests.once(SHOP, "key", DIGEST, () -> {
                    act("lost").get();
                    throw denied;
                }))
                .isSameAs(denied);
        assertThat(acts()).isZero();
        assertThat(requests.once(SHOP, "key", OTHER_DIGEST, act("second"))).isEqualTo("second");
    }

    @Test
    void keyAndActAreOneTransaction() {
        assertThatThrownBy(() -> house.store.required(() -> {
                    requests.once(SHOP, "key", DIGEST, act("lost"));
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        assertThat(acts()).isZero();
        assertThat(requests.once(SHOP, "key", DIGEST, act("kept"))).isEqualTo("kept");
    }

    @Test
    void whoComesSecondAtTheSameTimeUndoesTheirActAndReturnsTheFirst() {
        requests.once(SHOP, "key", DIGEST, act("first"));
        DefaultRepeatableRequests late = over(new BlindOnce(house.store));
        assertThat(late.once(SHOP, "key", DIGEST, act("second"))).isEqualTo("first");
        assertThat(acts()).isEqualTo(1);
        assertThatThrownBy(() -> over(new BlindOnce(house.store)).once(SHOP, "key", OTHER_DIGEST, act("third")))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID));
        assertThat(acts()).isEqualTo(1);
    }

    @Test
    void manyAtOnceActOnce() {
        List<CompletableFuture<String>> running = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> requests.once(SHOP, "key", DIGEST, act("by-" + i))))
                .toList();
        List<String> answers =
                running.stream().map(CompletableFuture::join).distinct().toList();
        assertThat(answers).hasSize(1);
        assertThat(acts()).isEqualTo(1);
    }

    @Test
    void refusesAnIdentifierThatDoesNotFit() {
        assertThat(requests.once(SHOP, "key", DIGEST, act("r".repeat(64)))).hasSize(64);
        assertThatThrownBy(() -> requests.once(SHOP, "key2", DIGEST, act("r".repeat(65))))
                .isInstanceOf(IllegalStateException.class);
        assertThat(acts()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "line\nbreak", "nul\u0000", "ümlaut"})
    void refusesAKeyThatCannotBePrinted(String key) {
        assertMalformed(key);
    }

    @Test
    void refusesAKeyThatIsTooLong() {
        assertThat(requests.once(SHOP, "k".repeat(255), DIGEST, act("longest"))).isEqualTo("longest");
        assertMalformed("k".repeat(256));
    }

    private void assertMalformed(String key) {
        int before = acts();
        assertThatThrownBy(() -> requests.once(SHOP, key, DIGEST, act("never")))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.MALFORMED));
        assertThat(acts()).isEqualTo(before);
    }

    /** A store that at first does not see what another transaction is about to commit. */
    private static final class BlindOnce implements AccessStore {
        private final AccessStore store;
        private final List<String> looks = new ArrayList<>();

        private BlindOnce(AccessStore store) {
            this.store = store;
        }

        @Override
        public void put(StoredCredential credential) {
            store.put(credential);
        }

        @Override
        public boolean remove(TenantId tenant, String name) {
            return store.remove(tenant, name);
        }

        @Override
        public List<StoredCredential> credentials() {
            return store.credentials();
        }

        @Override
        public Optional<Done> done(TenantId tenant, byte[] keyHash) {
            looks.add("look");
            return looks.size() == 1 ? Optional.empty() : store.done(tenant, keyHash);
        }

        @Override
        public void putDone(TenantId tenant, byte[] keyHash, Done done, Instant at) {
            store.putDone(tenant, keyHash, done, at);
        }

        @Override
        public long countDone(TenantId tenant, Instant before) {
            return store.countDone(tenant, before);
        }

        @Override
        public int forgetDone(TenantId tenant, Instant before, int limit) {
            return store.forgetDone(tenant, before, limit);
        }
    }
}
