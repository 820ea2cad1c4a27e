package org.pledge.consent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Grant;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.consent.ConsentView;
import org.pledge.store.memory.MemoryStore;

class StandingTest {
    private static final TenantId TENANT = new TenantId("kx");
    private static final Caller DESK = new Caller(TENANT, "desk", Set.of(Role.OPERATOR));
    private static final Instant NOW = Instant.parse("2026-11-05T10:00:00.123456Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Wording WORDING = new Wording("web", "1", "ab".repeat(32));

    private final SubjectId ada = SubjectId.random();
    private final MemoryStore store = new MemoryStore();
    private final FakeAudit audit = new FakeAudit(store);
    private final FakePolicies policies = new FakePolicies(
            List.of(new FakePolicy(TENANT, 1, Set.of("marketing", "shipping"), Set.of("email"))), Set.of());
    private final ConsentTable table = new ConsentTable(store, store);
    private final DefaultConsentService consents =
            new DefaultConsentService(table, store, store, policies, audit, store, List::of, CLOCK);
    private final DefaultInquiryService listener =
            new DefaultInquiryService(table, store, store, store, policies, audit, store, List::of, 0, () -> {}, CLOCK);

    StandingTest() {
        Events.register(store, TENANT, ada);
        consents.accept(DESK, ada, 1, Level.OPT_IN, "DE", WORDING);
        consents.grant(
                DESK, ada, new Grant("marketing", "acme", Set.of("email"), Level.OPT_IN, Optional.empty(), WORDING));
    }

    /** As it is now, and as the log makes it after a restart. */
    private List<ConsentTable> tables() {
        return List.of(table, new ConsentTable(store, store));
    }

    private int jurisdiction(ConsentView view) {
        return ConsentView.jurisdictionOf(view.standing(TENANT, ada));
    }

    private int level(ConsentTable view, long scope) {
        return Events.level(view, ada, scope, NOW.getEpochSecond());
    }

    @Test
    void aRestrictionIsSeenAtOnceAndAfterARestartUntilItIsLifted() {
        listener.restricted(DESK, ada);
        assertThat(tables()).allSatisfy(view -> {
            assertThat(view.restricts(jurisdiction(view))).isTrue();
            assertThat(view.objects(jurisdiction(view))).isFalse();
            assertThat(view.jurisdiction(jurisdiction(view))).isEqualTo("DE");
        });
        consents.accept(DESK, ada, 1, Level.OPT_IN, "US-CA", WORDING);
        assertThat(tables()).allSatisfy(view -> {
            assertThat(view.restricts(jurisdiction(view))).isTrue();
            assertThat(view.jurisdiction(jurisdiction(view))).isEqualTo("US-CA");
        });
        listener.lifted(DESK, ada);
        assertThat(tables()).allSatisfy(view -> {
            assertThat(view.restricts(jurisdiction(view))).isFalse();
            assertThat(level(view, view.scope(TENANT, "marketing", "acme", "email")))
                    .isEqualTo(ConsentView.OPT_IN);
        });
    }

    @Test
    void anObjectionLastsThroughWhatIsGrantedAndWithdrawnLater() {
        consents.object(DESK, ada, Optional.of("marketing"), "web");
        consents.object(DESK, ada, Optional.empty(), "web");
        consents.withdraw(
                DESK,
                ada,
                new org.pledge.consent.ConsentService.Withdrawal(Optional.empty(), Optional.empty(), Set.of(), "web"));
        consents.grant(
                DESK, ada, new Grant("marketing", "acme", Set.of("email"), Level.OPT_IN, Optional.empty(), WORDING));
        assertThat(tables()).allSatisfy(view -> {
            assertThat(view.objects(jurisdiction(view))).isTrue();
            assertThat(level(view, view.objectionScope(TENANT, "marketing"))).isEqualTo(ConsentView.IMPLIED);
            assertThat(level(view, view.objectionScope(TENANT, ""))).isEqualTo(ConsentView.IMPLIED);
            assertThat(level(view, view.objectionScope(TENANT, "shipping"))).isEqualTo(ConsentView.NONE);
        });
        consents.liftObjection(DESK, ada, Optional.empty(), "web");
        assertThat(tables()).allSatisfy(view -> {
            assertThat(level(view, view.objectionScope(TENANT, ""))).isEqualTo(ConsentView.NONE);
            assertThat(level(view, view.objectionScope(TENANT, "marketing"))).isEqualTo(ConsentView.IMPLIED);
        });
    }

    @Test
    void whoIsRemovedIsUnknownAndAgreesToNothingAnyMore() {
        store.required(() -> {
            store.removePerson(TENANT, ada);
            listener.removed(DESK, ada);
            listener.removed(DESK, ada);
        });
        assertThat(tables()).allSatisfy(view -> {
            assertThat(view.standing(TENANT, ada)).isEqualTo(ConsentView.UNKNOWN);
            assertThat(level(view, view.scope(TENANT, "marketing", "acme", "email")))
                    .isEqualTo(ConsentView.NONE);
        });
        assertThat(store.required(() -> store.history(TENANT, ada))).hasSize(3);
    }
}
