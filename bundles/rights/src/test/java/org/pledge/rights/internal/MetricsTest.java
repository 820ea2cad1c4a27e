package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.metrics.MetricsService;
import org.pledge.metrics.MetricsService.Gauge;
import org.pledge.metrics.MetricsService.Value;
import org.pledge.rights.BreachService.NewBreach;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.Silence;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.NoticeStore.StoredNotice;

class MetricsTest {
    private final World world = new World();
    private final MetricsService metrics = world.metrics();
    private final SubjectId person = world.person("DE", "email");

    private List<Value> values(String name) {
        return metrics.gauges(DESK).stream()
                .filter(gauge -> gauge.name().equals("pledge_" + name))
                .map(Gauge::values)
                .findFirst()
                .orElseThrow();
    }

    private static Value of(long number, Map<String, String> labels) {
        return new Value(labels, number);
    }

    private void open(Type type) {
        world.rights.open(DESK, new NewRequest(person, type, "DE", "web"));
    }

    private void notice(String partner, State state, boolean escalated) {
        Notice notice = new Notice(
                UUID.randomUUID(),
                KORAX,
                person,
                partner,
                Kind.CORRECTION,
                Set.of(UUID.randomUUID()),
                Set.of("email"),
                state,
                1,
                OptionalInt.empty(),
                world.now,
                world.now.plus(Duration.ofDays(10)),
                world.now.plus(Duration.ofDays(14)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                new Silence(Optional.empty(), 0, escalated));
        world.store.required(
                () -> world.store.addNotice(new StoredNotice(notice, Set.of(), world.now, Optional.empty())));
    }

    @Test
    void countsRequestsByTypeAndWhatIsDueSoonOrLateToTheInstant() {
        open(Type.ERASURE);
        Instant by = Instant.parse("2026-04-10T22:00:00Z");
        world.later(Duration.ofDays(1));
        open(Type.ACCESS);
        Map<String, String> erasure = Map.of("tenant", "korax", "type", "erasure");
        assertThat(values("requests_open"))
                .containsExactlyInAnyOrder(of(1, erasure), of(1, Map.of("tenant", "korax", "type", "access")));
        assertThat(values("requests_due_soon")).contains(of(0, erasure));
        assertThat(values("requests_oldest_seconds")).contains(of(86400, erasure));

        world.now = by.minus(Duration.ofDays(7)).minusNanos(1000);
        assertThat(values("requests_due_soon")).contains(of(0, erasure));
        world.now = by.minus(Duration.ofDays(7)).plusSeconds(10);
        assertThat(values("requests_due_soon")).contains(of(1, erasure));
        world.now = by.minusNanos(1000);
        assertThat(values("requests_overdue")).contains(of(0, erasure));
        world.now = by.plusSeconds(10);
        assertThat(values("requests_overdue")).contains(of(1, erasure));
        assertThat(values("requests_due_soon")).contains(of(0, erasure));
    }

    @Test
    void countsWhoOwesAnAnswer() {
        assertThat(values("recipients_awaited")).containsExactly(of(0, Map.of("tenant", "korax")));
        world.later(Duration.ofSeconds(10));
        notice("mail", State.DELIVERED, true);
        notice("mail", State.DELIVERED, false);
        notice("mail", State.PARKED, false);
        world.later(Duration.ofDays(10));
        Map<String, String> told = Map.of("tenant", "korax", "partner", "mail", "state", "delivered");
        assertThat(values("notices_awaited")).contains(of(2, told));
        assertThat(values("notices_overdue")).contains(of(2, told));
        assertThat(values("notices_escalated")).contains(of(1, told));
        assertThat(values("notices_oldest_seconds")).contains(of(864000, told));
        assertThat(values("recipients_awaited")).containsExactly(of(1, Map.of("tenant", "korax")));
    }

    @Test
    void countsLateSweepsAndBreaches() {
        Map<String, String> tenant = Map.of("tenant", "korax");
        assertThat(values("sweeps_late")).containsExactly(of(1, tenant));
        assertThat(values("breaches_open")).containsExactly(of(0, tenant));
        Instant from = world.now.minus(Duration.ofDays(1));
        Partner.Agreement agreement = new Partner.Agreement(
                Set.of(), Set.of(), "DE", LocalDate.of(2026, 1, 1), LocalDate.of(2027, 1, 1), Optional.empty());
        world.store.required(() -> world.store.putPartner(
                new Partner(KORAX, "mail", "carrier", agreement, URI.create("https://mail.example"), false, 1)));
        world.breaches.report(World.OLGA, new NewBreach("mail", from, world.now, Set.of("email"), world.now));
        world.later(Duration.ofHours(72));
        world.breaches.escalate(Caller.system(KORAX));
        assertThat(values("breaches_open")).containsExactly(of(1, tenant));
        assertThat(values("breaches_overdue")).containsExactly(of(1, tenant));
    }

    @Test
    void aReadingIsKeptForTenSecondsAndNotWhenTheClockGoesBackwards() {
        assertThat(values("requests_open")).isEmpty();
        open(Type.ERASURE);
        world.later(Duration.ofSeconds(10).minusNanos(1));
        assertThat(values("requests_open")).isEmpty();
        world.later(Duration.ofNanos(1));
        assertThat(values("requests_open")).hasSize(1);
        open(Type.ACCESS);
        world.later(Duration.ofDays(-1));
        assertThat(values("requests_open")).hasSize(2);
    }

    @Test
    void takesAnOperatorOrAnAuditor() {
        assertThat(metrics.gauges(new Caller(KORAX, "eye", Set.of(Role.AUDITOR))))
                .isNotEmpty();
        assertThatExceptionOfType(PledgeException.class)
                .isThrownBy(() -> metrics.gauges(new Caller(KORAX, "eye", Set.of(Role.PARTNER, Role.OFFICER))));
    }
}
