package org.pledge.visitor.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy.DataClass;
import org.pledge.retention.spi.Expiring.Due;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.Removal;
import org.pledge.visitor.LinkService.Link;
import org.pledge.visitor.LinkService.Recorded;
import org.pledge.visitor.LinkService.Seen;
import org.pledge.visitor.spi.HeldRecords;
import org.pledge.visitor.spi.LinkStore.StoredRecord;

class DefaultLinkServiceTest {
    private static final String DEVICE = "d3v1c3-0017";
    private static final String OTHER = "0th3r-d3v1c3";
    private static final String URLS = "url-requests";
    private static final String ADDRESS = "https://example.org/secret?q=1";
    private static final Caller OPERATOR = new Caller(World.TENANT, "desk", Set.of(Role.OPERATOR));

    private final World world = new World();
    private final DefaultLinkService links = world.linking();
    private final SubjectId ada = world.person();

    @BeforeEach
    void promise() {
        world.promises.clear();
        world.promises.add(World.promise("AI-9", "lineage", Map.of()));
        world.retention.put(URLS, "P30D");
        world.retention.put("device-in-use", "PT1H");
        world.retention.put("usage-dates", "until account-closed");
    }

    private Seen seen(String device, String category, Instant at) {
        return new Seen(device, category, at, ADDRESS);
    }

    private void record(String... devices) {
        links.record(
                World.INTEGRATOR,
                List.of(devices).stream()
                        .map(device -> seen(device, URLS, world.now))
                        .toList());
    }

    private List<Recorded> recorded(SubjectId of) {
        return links.recorded(World.TENANT, of, 0, 100);
    }

    private static void refused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, refusal -> assertThat(refusal.kind())
                .isEqualTo(kind));
    }

    @Test
    void nothingIsRecordedOfADeviceThatIsNotLinked() {
        links.link(World.INTEGRATOR, ada, DEVICE);
        record(OTHER, DEVICE, OTHER);
        assertThat(recorded(ada)).extracting(Recorded::value).containsExactly(ADDRESS);
        assertThat(world.store.required(() -> world.links.lockLink(World.TENANT, new byte[32])))
                .isEmpty();
    }

    @Test
    void whatALinkedDeviceDoesIsPersonalWhileTheLinkLasts() {
        assertThat(links.classOf(World.TENANT, ada, URLS)).isEqualTo(DataClass.PSEUDONYMOUS);
        Link link = links.link(World.INTEGRATOR, ada, DEVICE);
        record(DEVICE);
        assertThat(links.classOf(World.TENANT, ada, URLS)).isEqualTo(DataClass.PERSONAL);
        assertThat(links.classOf(World.TENANT, world.person(), URLS)).isEqualTo(DataClass.PSEUDONYMOUS);
        assertThat(links.links(OPERATOR, ada))
                .containsExactly(new Link(link.id(), ada, world.now, Map.of(URLS, 1L), List.of("AI-9")));
        assertThat(recorded(ada)).containsExactly(new Recorded(link.id(), URLS, world.now, ADDRESS));

        links.unlink(World.INTEGRATOR, ada, link.id());
        assertThat(links.classOf(World.TENANT, ada, URLS)).isEqualTo(DataClass.PSEUDONYMOUS);
    }

    @Test
    void nothingIsLeftOfALinkThatEnded() {
        Link link = links.link(World.INTEGRATOR, ada, DEVICE);
        record(DEVICE, DEVICE);
        links.unlink(World.INTEGRATOR, ada, link.id());
        assertThat(recorded(ada)).isEmpty();
        assertThat(links.links(OPERATOR, ada)).isEmpty();
        record(DEVICE);
        assertThat(recorded(ada)).isEmpty();
        SubjectId bob = world.person();
        links.link(World.INTEGRATOR, bob, DEVICE);
        record(DEVICE);
        assertThat(recorded(bob)).hasSize(1);
        assertThat(recorded(ada)).isEmpty();
        refused(Kind.NOT_FOUND, () -> links.unlink(World.INTEGRATOR, ada, link.id()));
    }

    @Test
    void everythingGoesWithThePerson() {
        links.link(World.INTEGRATOR, ada, DEVICE);
        links.link(World.INTEGRATOR, ada, OTHER);
        record(DEVICE, OTHER);
        world.store.required(() -> world.linkedPeople().removed(OPERATOR, ada));
        assertThat(links.links(OPERATOR, ada)).isEmpty();
        record(DEVICE);
        ExpiringLinks expiring = new ExpiringLinks(world.links, world.clock);
        Due due = new Due(World.TENANT, ExpiringLinks.ERASED, world.now, Set.of());
        assertThat(expiring.records()).containsOnlyKeys(ExpiringLinks.ERASED);
        assertThat(world.store.required(() -> expiring.count(due))).isEqualTo(2);
        assertThat(world.store.required(() -> expiring.remove(due, 10))).isEqualTo(2);
        assertThat(recorded(ada)).isEmpty();
    }

    private List<StoredRecord> aside() {
        return world.store.required(() -> world.links.records(World.TENANT, HeldRecords.aside(ada, URLS), 0, 1000));
    }

    private void erase(Set<String> kept) {
        LinkedPeople people = world.linkedPeople();
        world.store.required(() -> {
            if (!kept.isEmpty()) {
                people.removing(OPERATOR, ada, kept);
            }
            world.sealer().destroyKey(World.TENANT, ada);
            world.store.addRemoval(new Removal(World.TENANT, ada, world.now, 1, Set.of(), kept));
            people.removed(OPERATOR, ada, kept);
        });
    }

    private int sweep(String category, Instant before, SubjectId... held) {
        ExpiringLinks expiring = new ExpiringLinks(world.links, world.clock);
        return world.store.required(
                () -> expiring.remove(new Due(World.TENANT, category, before, Set.of(held)), 10_000));
    }

    @Test
    void whatALegalHoldKeepsIsSealedAnewAndLeavesWithTheHold() {
        links.link(World.INTEGRATOR, ada, DEVICE);
        for (int i = 0; i < 501; i++) {
            record(DEVICE);
        }
        assertThat(world.store.required(() -> world.linkedPeople().holds(World.TENANT, ada)))
                .containsExactly(URLS);
        erase(Set.of(URLS, "email"));
        erase(Set.of(URLS));
        assertThat(links.links(OPERATOR, ada)).isEmpty();
        assertThat(sweep(ExpiringLinks.ERASED, world.now)).isEqualTo(501);
        assertThat(aside()).hasSize(501);
        StoredRecord one = aside().get(0);
        byte[] plain =
                world.sealer().open(HeldRecords.place(World.TENANT, one.subject(), one.id(), URLS), one.sealed());
        assertThat(new String(plain, ISO_8859_1)).endsWith(ADDRESS);
        assertThat(world.store.required(() -> world.linkedPeople().holds(World.TENANT, ada)))
                .containsExactly(URLS);

        Instant later = world.now.plus(Duration.ofDays(99));
        assertThat(sweep(URLS, later, ada)).isZero();
        erase(Set.of());
        assertThat(sweep(ExpiringLinks.ERASED, later)).isEqualTo(501);
        assertThat(aside()).isEmpty();
        assertThat(world.destroyed).contains(HeldRecords.aside(ada, URLS));
    }

    @Test
    void whatIsHeldAndSetAsideLeavesUnderAPolicyThatNoLongerHasIt() {
        links.link(World.INTEGRATOR, ada, DEVICE);
        record(DEVICE);
        world.promises.clear();
        world.retention.remove(URLS);
        assertThat(world.store.required(() -> world.linkedPeople().holds(World.TENANT, ada)))
                .containsExactly(URLS);
        erase(Set.of(URLS));
        assertThat(aside()).hasSize(1);
        erase(Set.of());
        assertThat(sweep(ExpiringLinks.ERASED, world.now)).isEqualTo(2);
        assertThat(aside()).isEmpty();
    }

    @Test
    void aLinkWhoseRecordsAreHeldIsNotEnded() {
        Link link = links.link(World.INTEGRATOR, ada, DEVICE);
        record(DEVICE);
        world.held.add(new Kept(URLS, world.now.plusSeconds(60), "LAW", List.of("AI-9")));
        refused(Kind.CONFLICT, () -> links.unlink(World.INTEGRATOR, ada, link.id()));
        assertThat(recorded(ada)).hasSize(1);
        world.held.clear();
        links.unlink(World.INTEGRATOR, ada, link.id());
        assertThat(recorded(ada)).isEmpty();
    }

    @Test
    void theStoreHasNeitherAddressNorDeviceInTheClear() {
        links.link(World.INTEGRATOR, ada, DEVICE);
        record(DEVICE);
        world.store.required(() -> {
            assertThat(world.links.records(World.TENANT, ada, 0, 9))
                    .singleElement()
                    .satisfies(one ->
                            assertThat(new String(one.sealed(), ISO_8859_1)).doesNotContain("example", "secret"));
            assertThat(world.links.links(World.TENANT, ada)).singleElement().satisfies(one -> assertThat(
                            new String(one.token(), ISO_8859_1))
                    .doesNotContain(DEVICE));
        });
        world.leaves.forEach(leaf -> assertThat(leaf.toString()).doesNotContain(DEVICE, "example.org"));
    }

    @Test
    void linkingTwiceIsTheSameLinkAndSomebodyElsesDeviceStaysTheirs() {
        Link link = links.link(World.INTEGRATOR, ada, DEVICE);
        assertThat(links.link(OPERATOR, ada, DEVICE).id()).isEqualTo(link.id());
        refused(Kind.CONFLICT, () -> links.link(World.INTEGRATOR, world.person(), DEVICE));
        refused(Kind.NOT_FOUND, () -> links.link(World.INTEGRATOR, SubjectId.random(), OTHER));
        refused(Kind.DENIED, () -> links.link(World.VIEWER, ada, OTHER));
        refused(Kind.DENIED, () -> links.record(World.VIEWER, List.of(seen(DEVICE, URLS, world.now))));
        refused(Kind.DENIED, () -> links.links(World.VIEWER, ada));
        assertThat(world.leaves(Leaf.Act.DEVICE_LINKED)).hasSize(1);
    }

    @Test
    void isOnTheRecordWithCountsAlone() {
        Link link = links.link(World.INTEGRATOR, ada, DEVICE);
        record(DEVICE, DEVICE);
        links.unlink(OPERATOR, ada, link.id());
        assertThat(world.leaves)
                .extracting(Leaf::act, Leaf::subject, Leaf::promises, Leaf::details)
                .containsExactly(
                        tuple(
                                Leaf.Act.DEVICE_LINKED,
                                Optional.of(ada),
                                List.of("AI-9"),
                                Map.of("link", link.id().toString())),
                        tuple(
                                Leaf.Act.DEVICE_UNLINKED,
                                Optional.of(ada),
                                List.of("AI-9"),
                                Map.of("link", link.id().toString(), "removed", "2")));
    }

    @Test
    void aPolicyThatForbidsRecordsOfVisitorsLinksNothing() {
        world.promises.set(0, World.promise("AN-2", "unlinkability", Map.of()));
        assertThatThrownBy(() -> links.link(World.INTEGRATOR, ada, DEVICE))
                .isInstanceOfSatisfying(PledgeException.class, refusal -> {
                    assertThat(refusal.kind()).isEqualTo(Kind.DENIED);
                    assertThat(refusal.promises()).containsExactly("AN-2");
                });
        refused(Kind.DENIED, () -> record(DEVICE));
    }

    @Test
    void refusesWhatHasAnotherFormAndKeepsNothingOfTheCall() {
        links.link(World.INTEGRATOR, ada, DEVICE);
        Instant now = world.now;
        for (Seen wrong : List.of(
                seen("short", URLS, now),
                seen("with a space", URLS, now),
                seen(DEVICE, "device-in-use", now),
                seen(DEVICE, "usage-dates", now),
                seen(DEVICE, "visitor-statistics", now),
                seen(DEVICE, "unheard-of", now),
                seen(DEVICE, URLS, now.minus(Duration.ofHours(3))),
                seen(DEVICE, URLS, now.plus(Duration.ofHours(1))),
                new Seen(DEVICE, URLS, now, " "),
                new Seen(DEVICE, URLS, now, "x".repeat(2049)))) {
            refused(Kind.INVALID, () -> links.record(World.INTEGRATOR, List.of(seen(DEVICE, URLS, now), wrong)));
        }
        refused(Kind.INVALID, () -> links.record(World.INTEGRATOR, List.of()));
        assertThat(recorded(ada)).isEmpty();
    }

    @Test
    void nothingIsCollectedOfSomebodyWhoseDataIsRestricted() {
        links.link(World.INTEGRATOR, ada, DEVICE);
        world.store.required(() -> world.store.mark(World.TENANT, ada, Mark.RESTRICTED));
        record(DEVICE);
        assertThat(recorded(ada)).isEmpty();
    }

    @Test
    void recordsLeaveByWholeDaysAndNotThoseOfTheHeld() {
        links.link(World.INTEGRATOR, ada, DEVICE);
        SubjectId bob = world.person();
        links.link(World.INTEGRATOR, bob, OTHER);
        record(DEVICE, OTHER);
        ExpiringLinks expiring = new ExpiringLinks(world.links, world.clock);
        Instant last = Instant.parse("2026-11-22T23:59:59.999Z");
        Due early = new Due(World.TENANT, URLS, last, Set.of());
        Due due = new Due(World.TENANT, URLS, last.plusMillis(1), Set.of(bob));
        assertThat(world.store.required(() -> expiring.remove(early, 10))).isZero();
        assertThat(world.store.required(() -> expiring.count(due))).isOne();
        assertThat(world.store.required(() -> expiring.remove(due, 10))).isOne();
        assertThat(recorded(ada)).isEmpty();
        assertThat(recorded(bob)).hasSize(1);
        assertThat(expiring.answersFor(world.policy(), world.policy().purposes().get(0), URLS))
                .isTrue();
        assertThat(expiring.answersFor(world.policy(), world.policy().purposes().get(0), "visitor-statistics"))
                .isFalse();
    }

    @Test
    void sayingWhatItIsTellsNothingOfAPerson() {
        assertThat(seen(DEVICE, URLS, world.now)).hasToString("Seen[url-requests]");
        assertThat(new Recorded(UUID.randomUUID(), URLS, world.now, ADDRESS)).hasToString("Recorded[url-requests]");
    }
}
