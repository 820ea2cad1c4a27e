package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.BreachService.Breach;
import org.pledge.rights.BreachService.NewBreach;
import org.pledge.rights.BreachService.Reason;
import org.pledge.rights.BreachService.State;
import org.pledge.rights.spi.BreachStore;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;

/** What a store of breaches promises. */
public abstract class BreachStoreContract extends StoreContract {
    /** The breaches of the database under test. */
    protected abstract BreachStore breaches();

    private Breach breach(TenantId of, UUID id, State state, Optional<Reason> reason, int hours) {
        return new Breach(
                id,
                of,
                new NewBreach("acme", NOW, NOW.plusSeconds(60), Set.of("email", "name"), NOW.plusSeconds(90)),
                NOW.plusSeconds(100),
                "desk",
                state,
                reason,
                NOW.plusSeconds(200),
                "gdpr",
                NOW.plusSeconds(3600L * hours),
                hours == 1);
    }

    private Breach put(Breach breach) {
        run(() -> breaches().putBreach(breach));
        return breach;
    }

    @Test
    void keepsAndReplacesEveryPart() {
        UUID id = UUID.randomUUID();
        Breach reported = put(breach(tenant, id, State.REPORTED, Optional.empty(), 2));
        assertThat(in(() -> breaches().breach(tenant, id))).contains(reported);
        Breach closed = put(breach(tenant, id, State.CLOSED, Optional.of(Reason.REMEDIED), 1));
        assertThat(in(() -> breaches().lockBreach(tenant, id))).contains(closed);
        assertThat(in(() -> breaches().breach(otherTenant, id))).isEmpty();
    }

    @Test
    void listsByDeadlineAndWithoutThoseThatEndedUnlessAsked() {
        Breach late = put(breach(tenant, UUID.randomUUID(), State.INVESTIGATING, Optional.of(Reason.UNCLEAR), 3));
        Breach early = put(breach(tenant, UUID.randomUUID(), State.NOTIFIED_AUTHORITY, Optional.of(Reason.RISK), 2));
        Breach ended = put(breach(tenant, UUID.randomUUID(), State.DISMISSED, Optional.of(Reason.NO_RISK), 1));
        put(breach(otherTenant, UUID.randomUUID(), State.REPORTED, Optional.empty(), 1));
        assertThat(in(() -> breaches().breaches(tenant, false, 10))).containsExactly(early, late);
        assertThat(in(() -> breaches().breaches(tenant, true, 10))).containsExactly(ended, early, late);
        assertThat(in(() -> breaches().breaches(tenant, true, 1))).containsExactly(ended);
    }

    private SubjectId sent(
            TenantId of, SubjectId person, String partner, Set<String> fields, int attempts, Instant at) {
        Disclosure disclosure = new Disclosure(
                UUID.randomUUID(),
                of,
                person,
                partner,
                "delivery",
                fields,
                "consent",
                List.of(),
                1,
                Optional.empty(),
                SharingService.State.DELIVERED,
                attempts,
                OptionalInt.empty(),
                at,
                at.plusSeconds(60),
                Optional.of(at));
        run(() ->
                stores().sharing().addDisclosure(new StoredDisclosure(disclosure, new byte[0], at, Optional.empty())));
        return person;
    }

    @Test
    void findsOfWhomACategoryLeftInTime() {
        SubjectId both = sent(tenant, new SubjectId(-1, 1), "acme", Set.of("email", "phone"), 1, NOW);
        sent(tenant, both, "acme", Set.of("email"), 2, NOW.minusSeconds(9));
        SubjectId other = sent(tenant, new SubjectId(1, 1), "acme", Set.of("first-name", "name"), 1, NOW);
        SubjectId third = sent(tenant, new SubjectId(1, 2), "acme", Set.of("name"), 1, NOW);
        sent(tenant, SubjectId.random(), "acme", Set.of("first-name"), 1, NOW);
        sent(tenant, SubjectId.random(), "other", Set.of("name"), 1, NOW);
        sent(tenant, SubjectId.random(), "acme", Set.of("name"), 0, NOW);
        sent(tenant, SubjectId.random(), "acme", Set.of("name"), 1, NOW.plusSeconds(60));
        sent(otherTenant, SubjectId.random(), "acme", Set.of("name"), 1, NOW);
        assertThat(affected(Optional.empty(), 10)).containsExactly(other, third, both);
        assertThat(affected(Optional.empty(), 1)).containsExactly(other);
        assertThat(affected(Optional.of(other), 10)).containsExactly(third, both);
        assertThat(affected(Optional.of(both), 10)).isEmpty();
        assertThat(in(() -> breaches().affected(tenant, "acme", Set.of(), NOW, Optional.empty(), 9)))
                .isEmpty();
    }

    private List<SubjectId> affected(Optional<SubjectId> after, int limit) {
        return in(
                () -> breaches().affected(tenant, "acme", Set.of("email", "name"), NOW.plusSeconds(60), after, limit));
    }

    @Test
    void keepsOnceThatSomebodyWasTold() {
        UUID id = UUID.randomUUID();
        SubjectId person = SubjectId.random();
        assertThat(in(() -> breaches().addTold(tenant, id, person))).isTrue();
        assertThat(in(() -> breaches().addTold(tenant, id, person))).isFalse();
        assertThat(in(() -> breaches().addTold(tenant, UUID.randomUUID(), person)))
                .isTrue();
        assertThat(in(() -> breaches().addTold(otherTenant, id, person))).isTrue();
        run(() -> breaches().removeTold(tenant, id, person));
        assertThat(in(() -> breaches().addTold(tenant, id, person))).isTrue();
    }
}
