package org.pledge.visitor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.audit.Leaf;
import org.pledge.retention.spi.Expiring;
import org.pledge.visitor.UsageService.Cell;
import org.pledge.visitor.UsageService.Dimension;
import org.pledge.visitor.UsageService.Event;
import org.pledge.visitor.UsageService.Receipt;
import org.pledge.visitor.UsageService.Statistics;
import org.pledge.visitor.spi.UsageStore.Count;
import org.pledge.visitor.spi.UsageStore.Day;

class DefaultUsageServiceTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);
    private static final Set<Dimension> NEW = EnumSet.allOf(Dimension.class);

    private final World world = new World();

    /** An event that can be changed part by part. */
    private final class Draft {
        private String site = "shop";
        private Instant at = world.now;
        private String host;
        private String path = "/jobs";
        private String category;
        private String browser;
        private Set<Dimension> first = NEW;
        private boolean gpc;
        private boolean refused;
        private Set<String> others = Set.of();

        Event event() {
            return new Event(
                    site,
                    at,
                    Optional.ofNullable(host),
                    Optional.ofNullable(path),
                    Optional.ofNullable(category),
                    Optional.ofNullable(browser),
                    first,
                    gpc,
                    refused,
                    others);
        }
    }

    private Draft draft() {
        return new Draft();
    }

    private Receipt count(Event... events) {
        return world.service().count(World.INTEGRATOR, List.of(events));
    }

    private List<Count> stored() {
        return world.store.required(() -> world.usage.of(new Day(World.TENANT, "shop", DAY)));
    }

    private void visits(int people, String path) {
        Draft draft = draft();
        draft.path = path;
        count(Collections.nCopies(people, draft.event()).toArray(Event[]::new));
    }

    private Statistics figures(Dimension by) {
        return world.service().statistics(World.VIEWER, "shop", DAY, DAY.plusDays(1), by);
    }

    private void nextDay() {
        world.now = Instant.parse("2026-11-23T03:00:00Z");
        world.sealing().run();
    }

    // what is kept

    @Test
    void keepsOneThingPerCounterAndNothingElse() {
        Draft draft = draft();
        draft.host = "pool-96-255-1-2.washdc.fios.verizon.net";
        draft.path = "/jobs/4711?email=john@example.org#top";
        draft.category = "page-view";
        draft.browser = "firefox";

        assertThat(count(draft.event())).isEqualTo(new Receipt(1, 0, 0));

        assertThat(stored())
                .containsExactlyInAnyOrder(
                        new Count("shop", DAY, Dimension.DAY, "", 1, 1),
                        new Count("shop", DAY, Dimension.HOUR, "10", 1, 1),
                        new Count("shop", DAY, Dimension.PAGE, "/jobs", 1, 1),
                        new Count("shop", DAY, Dimension.DOMAIN, "verizon.net", 1, 1),
                        new Count("shop", DAY, Dimension.CATEGORY, "page-view", 1, 1),
                        new Count("shop", DAY, Dimension.BROWSER, "firefox", 1, 1));
        assertThat(world.leaves).hasSize(1);
        assertThat(world.leaves.get(0).act()).isEqualTo(Leaf.Act.USAGE_COUNTED);
        assertThat(world.leaves.get(0).promises()).containsExactly("IW-6", "IW-7");
        assertThat(world.leaves.toString()).doesNotContain("verizon", "jobs", "firefox", "shop");
    }

    @Test
    void whatIsKeptHasNoRoomForAPersonNextToAPlace() {
        assertThat(Arrays.stream(Count.class.getRecordComponents()).map(RecordComponent::getName))
                .containsExactly("site", "day", "dimension", "cell", "events", "visitors");
        assertThat(Arrays.stream(Day.class.getRecordComponents()).map(RecordComponent::getName))
                .containsExactly("tenant", "site", "day");
        assertThat(draft().event().toString()).isEqualTo("Event[shop]");
    }

    @Test
    void keepsOnlyWhatThePolicyNames() {
        world.retention.remove("domain-name");
        world.retention.remove("browser");
        Draft draft = draft();
        draft.host = "host.example.org";
        draft.browser = "firefox";
        count(draft.event());

        assertThat(stored()).extracting(Count::dimension).doesNotContain(Dimension.DOMAIN, Dimension.BROWSER);
        assertThatThrownBy(() -> figures(Dimension.DOMAIN))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }

    @Test
    void countsPeopleByWhatTheSiteKnowsWithoutKnowingThem() {
        Draft draft = draft();
        draft.first = Set.of(Dimension.PAGE);
        count(draft().event(), draft.event());
        draft.first = Set.of();
        count(draft.event());

        assertThat(stored())
                .contains(
                        new Count("shop", DAY, Dimension.DAY, "", 3, 1),
                        new Count("shop", DAY, Dimension.PAGE, "/jobs", 3, 2));
    }

    @Test
    void withGlobalPrivacyControlOnlyDayAndHourCount() {
        Draft draft = draft();
        draft.gpc = true;
        draft.host = "host.example.org";

        assertThat(count(draft.event())).isEqualTo(new Receipt(0, 1, 0));

        assertThat(stored())
                .filteredOn(count -> count.dimension() != Dimension.DAY && count.dimension() != Dimension.HOUR)
                .isNotEmpty()
                .allMatch(count -> count.cell().isEmpty() && count.visitors() == 0);
    }

    @Test
    void whoRefusesIsNotCounted() {
        Draft draft = draft();
        draft.refused = true;

        assertThat(count(draft.event())).isEqualTo(new Receipt(0, 0, 1));

        assertThat(stored()).isEmpty();
    }

    // what is refused

    private PledgeException refusal(Event... events) {
        return catchThrowableOfType(PledgeException.class, () -> count(events));
    }

    @Test
    void whoIsToldByNameIsRefusedAndRecordedWithoutValues() {
        for (String field : List.of(
                "email",
                "userEmail",
                "ip",
                "clientIp",
                "remote_addr",
                "account",
                "user-id",
                "sessionId",
                "userAgent",
                "referrer",
                "X-Forwarded-For",
                "deviceID")) {
            Draft draft = draft();
            draft.others = Set.of(field);
            PledgeException refusal = refusal(draft().event(), draft.event());
            assertThat(refusal.kind()).as(field).isEqualTo(Kind.DENIED);
            assertThat(refusal.promises()).containsExactly("IW-6", "IW-7");
        }
        assertThat(world.leaves(Leaf.Act.REFUSED)).hasSize(12);
        assertThat(world.leaves(Leaf.Act.USAGE_COUNTED)).isEmpty();
        assertThat(stored()).isEmpty();
    }

    @Test
    void whoIsToldByAValueIsRefusedAndTheValueIsNowhere() {
        for (String host : List.of("192.0.2.7", "2001:db8::1", "john@example.org", "[::1]")) {
            Draft draft = draft();
            draft.host = host;
            assertThat(refusal(draft.event())).hasMessageNotContaining(host);
        }
        for (String word : List.of("john@example.org", "192.0.2.7", "4111 1111 1111 1111", "0123456789")) {
            Draft draft = draft();
            draft.category = word;
            assertThat(refusal(draft.event()).kind()).isEqualTo(Kind.DENIED);
            draft.category = null;
            draft.browser = word;
            assertThat(refusal(draft.event()).kind()).isEqualTo(Kind.DENIED);
        }
        assertThat(world.leaves.toString()).doesNotContain("192.0.2.7", "john", "4111", "0123456789");
        assertThat(world.leaves(Leaf.Act.REFUSED)).hasSize(12);
    }

    @Test
    void whatIsUnknownOrMalformedIsRefusedAsAWhole() {
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            drafts.add(draft());
        }
        drafts.get(0).others = Set.of("color");
        drafts.get(1).site = "www.example.org";
        drafts.get(2).at = world.now.minus(Duration.ofHours(2)).minusMillis(1);
        drafts.get(3).at = world.now.plus(Duration.ofMinutes(6));
        drafts.get(4).category = "Two Words";
        drafts.get(5).browser = "Mozilla/5.0";
        drafts.get(6).path = "/" + "x".repeat(3_000);
        for (Draft draft : drafts) {
            assertThat(refusal(draft().event(), draft.event()).kind()).isEqualTo(Kind.INVALID);
        }
        assertThat(stored()).isEmpty();
        assertThat(refusal().kind()).isEqualTo(Kind.INVALID);
        assertThat(refusal(Collections.nCopies(1_001, draft().event()).toArray(Event[]::new))
                        .kind())
                .isEqualTo(Kind.INVALID);
    }

    @Test
    void aPolicyWithoutVisitsCountsNone() {
        world.retention.clear();
        world.promises.clear();

        PledgeException refusal = refusal(draft().event());

        assertThat(refusal.kind()).isEqualTo(Kind.DENIED);
        assertThat(refusal.promises()).containsExactly("IW-1");
        assertThat(world.leaves(Leaf.Act.REFUSED)).hasSize(1);
    }

    @Test
    void theRolesDecideWhoCountsAndWhoReads() {
        for (Role role : Role.values()) {
            Caller caller = new Caller(World.TENANT, "somebody", Set.of(role));
            assertThat(catchThrowableOfType(PledgeException.class, () -> world.service()
                                    .count(caller, List.of(draft().event())))
                            == null)
                    .as(role.name())
                    .isEqualTo(Set.of(Role.OPERATOR, Role.INTEGRATOR).contains(role));
            assertThat(catchThrowableOfType(PledgeException.class, () -> world.service()
                                    .statistics(caller, "shop", DAY, DAY.plusDays(1), Dimension.DAY))
                            == null)
                    .as(role.name())
                    .isEqualTo(Set.of(Role.VIEWER, Role.OPERATOR, Role.OFFICER, Role.AUDITOR)
                            .contains(role));
        }
    }

    // figures

    @Test
    void aDayHasFiguresOnceItIsSealed() {
        visits(12, "/jobs");
        assertThat(figures(Dimension.PAGE).days()).isZero();
        world.now = Instant.parse("2026-11-23T02:59:59Z");
        world.sealing().run();
        assertThat(figures(Dimension.PAGE).cells()).isEmpty();

        nextDay();

        Statistics figures = figures(Dimension.PAGE);
        assertThat(figures.days()).isOne();
        assertThat(figures.events()).isEqualTo(12);
        assertThat(figures.cells()).containsExactly(new Cell("/jobs", 12, 12));
        assertThat(figures.other()).isZero();
        assertThat(figures.leastPeople()).isEqualTo(10);
        assertThat(figures(Dimension.DAY).cells()).containsExactly(new Cell("2026-11-22", 12, 12));
        assertThat(figures(Dimension.HOUR).cells()).containsExactly(new Cell("10", 12, 12));
    }

    @Test
    void aRareCellIsGoneFromTheFiguresAndFromTheStore() {
        visits(30, "/jobs");
        visits(12, "/news");
        visits(3, "/rare");
        nextDay();

        Statistics figures = figures(Dimension.PAGE);

        assertThat(figures.cells()).containsExactly(new Cell("/jobs", 30, 30));
        assertThat(figures.other()).isEqualTo(15);
        assertThat(figures.events()).isEqualTo(45);
        assertThat(stored()).extracting(Count::cell).doesNotContain("/rare", "/news");
        assertThat(world.leaves(Leaf.Act.USAGE_SEALED)).hasSize(1);
    }

    @Test
    void aDayWithTooFewPeopleHasNoFiguresAtAll() {
        visits(9, "/jobs");
        nextDay();

        assertThat(figures(Dimension.DAY).days()).isZero();
        assertThat(figures(Dimension.DAY).events()).isZero();
        assertThat(stored()).isEmpty();
    }

    @Test
    void manyEventsOfFewPeopleAreStillFewPeople() {
        visits(3, "/jobs");
        Draft again = draft();
        again.first = Set.of();
        count(Collections.nCopies(500, again.event()).toArray(Event[]::new));
        nextDay();

        assertThat(figures(Dimension.DAY).days()).isZero();
    }

    @Test
    void thePolicysOwnNumberCounts() {
        world.promises.add(World.promise("AI-18", "aggregate-view", Map.of("k", "20")));
        visits(12, "/jobs");
        nextDay();

        assertThat(figures(Dimension.DAY).days()).isZero();
        assertThat(figures(Dimension.DAY).leastPeople()).isEqualTo(20);
    }

    @Test
    void aStricterPolicyHidesWhatAnEarlierOneShowed() {
        visits(30, "/jobs");
        visits(40, "/news");
        visits(12, "/shop");
        nextDay();
        assertThat(figures(Dimension.PAGE).cells()).hasSize(3);
        world.promises.add(World.promise("AI-18", "aggregate-view", Map.of("k", "20")));

        assertThat(figures(Dimension.PAGE).cells()).containsExactly(new Cell("/news", 40, 40));
        assertThat(figures(Dimension.PAGE).other()).isEqualTo(42);
    }

    /** Two questions whose days overlap tell no more than the days themselves. */
    @Test
    void theDifferenceOfTwoQuestionsIsAFigureThatIsShownAnyway() {
        visits(30, "/jobs");
        visits(20, "/news");
        nextDay();
        visits(15, "/jobs");
        visits(3, "/news");
        world.now = Instant.parse("2026-11-24T03:00:00Z");
        world.sealing().run();

        Statistics both = world.service().statistics(World.VIEWER, "shop", DAY, DAY.plusDays(2), Dimension.PAGE);

        assertThat(figures(Dimension.PAGE).cells())
                .containsExactly(new Cell("/jobs", 30, 30), new Cell("/news", 20, 20));
        assertThat(both.cells()).containsExactly(new Cell("/jobs", 30, 30), new Cell("/news", 20, 20));
        assertThat(both.other()).isEqualTo(18);
        assertThat(both.events()).isEqualTo(68);
    }

    private int removed(String before) {
        ExpiringVisits visits = new ExpiringVisits(world.usage, 366, world.clock);
        Expiring.Due due = new Expiring.Due(World.TENANT, "visitor-statistics", Instant.parse(before), Set.of());
        return world.store.required(() -> {
            int removed = visits.remove(due, 10);
            assertThat(visits.count(due)).isZero();
            return removed;
        });
    }

    @Test
    void figuresOfADayGoWhenAllOfItIsPastItsTime() {
        visits(12, "/jobs");
        nextDay();

        assertThat(removed("2026-11-22T23:59:59.999999Z")).isZero();
        assertThat(figures(Dimension.DAY).days()).isOne();
        assertThat(removed("2026-11-23T00:00:00Z")).isOne();
        assertThat(figures(Dimension.DAY).days()).isZero();
    }

    @Test
    void answersForFiguresWhateverTheirPeriodAndForNothingElse() {
        ExpiringVisits visits = new ExpiringVisits(world.usage, 400, world.clock);
        for (String end : List.of("P1Y", "until account-closed", "until case-closed")) {
            world.retention.put("visitor-statistics", end);
            assertThat(visits.answersFor(
                            world.policy(), world.policy().purposes().get(0), "visitor-statistics"))
                    .isEqualTo(!end.equals("until case-closed"));
        }
        assertThat(visits.answersFor(world.policy(), world.policy().purposes().get(0), "domain-name"))
                .isFalse();
        assertThat(visits.periodOtherwise(world.policy(), "visitor-statistics")).contains("P400D");
    }

    @Test
    void aDayIsSealedOnce() {
        visits(12, "/jobs");
        nextDay();
        List<Count> sealed = stored();
        world.sealing().run();

        assertThat(stored()).isEqualTo(sealed);
        assertThat(world.leaves(Leaf.Act.USAGE_SEALED)).hasSize(1);
    }

    @Test
    void questionsThatMakeNoSenseAreRefused() {
        for (LocalDate to : List.of(DAY, DAY.minusDays(1), DAY.plusDays(401))) {
            assertThatThrownBy(() -> world.service().statistics(World.VIEWER, "shop", DAY, to, Dimension.DAY))
                    .isInstanceOf(PledgeException.class);
        }
        assertThatThrownBy(() ->
                        world.service().statistics(World.VIEWER, "www.x.org", DAY, DAY.plusDays(1), Dimension.DAY))
                .isInstanceOf(PledgeException.class)
                .hasMessageNotContaining("www");
    }
}
