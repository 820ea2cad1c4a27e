package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.sharing.internal.World.KORAX;

import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.sharing.Partner;

class PartnerServiceTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static Partner acme() {
        return World.partner("acme", "marketing-partner", Set.of("email"), Set.of("newsletter"));
    }

    private static Partner at(String endpoint) {
        Partner acme = acme();
        return new Partner(KORAX, acme.name(), acme.recipient(), acme.agreement(), URI.create(endpoint), false, 0);
    }

    private static void refused(Kind kind, String words, ThrowingCallable act) {
        assertThatThrownBy(act).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.getMessage() + " " + e.remedy()).contains(words);
            assertThat(e.remedy()).isNotEmpty();
        });
    }

    @Test
    void registersAndReplacesAndCountsVersions() {
        assertThat(world.put(acme()).version()).isEqualTo(1);
        Partner moved = world.partners.put(world.integrator, at("https://new.example/in"), OptionalLong.of(1));
        assertThat(moved.version()).isEqualTo(2);
        assertThat(world.partners.find(KORAX, "acme")).contains(moved);
        assertThat(world.partners.list(KORAX)).contains(moved).hasSize(5);
        assertThat(world.partners.list(new TenantId("opentracker"))).isEmpty();
        assertThat(world.partners.find(new TenantId("opentracker"), "acme")).isEmpty();
    }

    @Test
    void followsWhatAnotherNodeChangesAndTellsItOnce() {
        world.put(acme());
        PartnerTable table = new PartnerTable(world.store, world.store);
        List<Partner> told = new ArrayList<>();
        DefaultPartnerService other = new DefaultPartnerService(
                world.store,
                world.store,
                world.audit,
                world.policies,
                table,
                world.clock,
                () -> List.of(told::add),
                List::of,
                List::of);
        Partner suspended = world.partners.suspend(world.officer, "acme", true);
        Partner added = world.put(World.partner("zeta", "marketing-partner", Set.of("email"), Set.of("newsletter")));
        assertThat(table.find(KORAX, "acme").orElseThrow().suspended()).isFalse();

        other.follow();
        other.follow();

        assertThat(table.find(KORAX, "acme")).contains(suspended);
        assertThat(told).containsExactlyInAnyOrder(suspended, added);
    }

    @Test
    void recordsAChangeOnceAndNothingWhereNothingChanged() {
        world.put(acme());
        int before = world.audit.leaves(Leaf.Act.PARTNER_CHANGED).size();
        assertThat(world.put(acme()).version()).isEqualTo(1);
        assertThat(world.audit.leaves(Leaf.Act.PARTNER_CHANGED)).hasSize(before);
        world.put(at("https://new.example/in"));
        assertThat(world.audit.leaves(Leaf.Act.PARTNER_CHANGED))
                .hasSize(before + 1)
                .last()
                .satisfies(leaf -> {
                    assertThat(leaf.details()).containsEntry("partner", "acme").containsEntry("change", "replaced");
                    assertThat(leaf.actor()).isEqualTo("ines");
                });
    }

    @Test
    void refusesAPartnerForAPurposeThatThePolicyProhibitsAndRecordsIt() {
        Partner partner =
                World.partner("acme", "marketing-partner", Set.of("email"), Set.of("newsletter", "third-party-offers"));

        assertThatThrownBy(() -> world.put(partner)).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(Kind.DENIED);
            assertThat(e.promises()).containsExactly("KX-77");
            assertThat(e).hasMessageContaining("third-party-offers (KX-77)");
            assertThat(e.remedy()).isNotEmpty();
        });
        assertThat(world.partners.find(KORAX, "acme")).isEmpty();
        assertThat(world.audit.leaves(Leaf.Act.REFUSED)).singleElement().satisfies(leaf -> {
            assertThat(leaf.promises()).containsExactly("KX-77");
            assertThat(leaf.details())
                    .containsEntry("rule", "PROHIBITED_PURPOSE")
                    .containsEntry("partner", "acme");
        });
        assertThat(world.put(acme()).version()).isEqualTo(1);
    }

    @Test
    void refusesAChangeOfAVersionThatIsNotTheCurrentOne() {
        world.put(acme());
        refused(
                Kind.STALE,
                "Read it again",
                () -> world.partners.put(world.integrator, at("https://b.example/"), OptionalLong.of(7)));
        assertThat(world.partners.find(KORAX, "acme").orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void takesAnIntegratorOfTheSameTenant() {
        refused(Kind.DENIED, "INTEGRATOR", () -> world.partners.put(world.operator, acme(), OptionalLong.empty()));
        Partner foreign = new Partner(
                new TenantId("opentracker"),
                "acme",
                "marketing-partner",
                acme().agreement(),
                acme().endpoint(),
                false,
                0);
        refused(Kind.DENIED, "another tenant", () -> world.put(foreign));
    }

    @Test
    void listsTheRecipientsThatThePolicyKnows() {
        refused(
                Kind.INVALID,
                "analytics-partner, clearing-house, court, marketing-partner",
                () -> world.put(World.partner("acme", "somebody", Set.of("email"), Set.of("newsletter"))));
    }

    @Test
    void refusesAPurposeThatThePolicyDoesNotHaveAndNamesTheNearestOnes() {
        assertThatThrownBy(() -> world.put(
                        World.partner("acme", "marketing-partner", Set.of("email"), Set.of("newsletter", "newsleter"))))
                .isInstanceOfSatisfying(PledgeException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.INVALID);
                    assertThat(e)
                            .hasMessage(
                                    "agreement.purposes names \"newsleter\", which version 1 of the policy does not have"
                                            + " among its purposes");
                    assertThat(e.remedy()).startsWith("Did you mean newsletter or ");
                });
        assertThat(world.partners.find(world.integrator.tenant(), "acme")).isEmpty();
    }

    @Test
    void refusesACategoryThatThePolicyDoesNotHaveAndNamesTheNearestOnes() {
        assertThatThrownBy(() -> world.put(
                        World.partner("acme", "marketing-partner", Set.of("email", "e-mail"), Set.of("newsletter"))))
                .isInstanceOfSatisfying(PledgeException.class, e -> {
                    assertThat(e).hasMessageStartingWith("agreement.fields names \"e-mail\"");
                    assertThat(e.remedy()).startsWith("Did you mean email or ");
                });
    }

    @Test
    void refusesAnAgreementThatMeansNothing() {
        refused(
                Kind.INVALID,
                "agreement.fields",
                () -> world.put(World.partner("acme", "court", Set.of("shoe-size"), Set.of("newsletter"))));
        refused(
                Kind.INVALID,
                "agreement.purposes",
                () -> world.put(World.partner("acme", "court", Set.of("email"), Set.of())));
        refused(
                Kind.INVALID,
                "agreement.purposes",
                () -> world.put(World.partner("acme", "court", Set.of("email"), Set.of(" "))));
        refused(Kind.INVALID, "agreement.from", () -> world.put(World.until(acme(), LocalDate.of(2025, 12, 31))));
        refused(
                Kind.INVALID,
                "name must",
                () -> world.put(World.partner("ACME", "court", Set.of("email"), Set.of("newsletter"))));
        refused(
                Kind.INVALID,
                "statement",
                () -> world.put(World.attesting(acme(), "We promise!", LocalDate.of(2026, 12, 31))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://partner.example/in",
                "https://partner.example:8443",
                "http://127.0.0.1:8080/in",
                "http://127.9.9.9/",
                "http://[::1]:9000/",
                "http://localhost:9000/"
            })
    void takesEncryptedAndLoopbackEndpoints(String endpoint) {
        assertThat(world.put(at(endpoint)).endpoint()).hasToString(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://partner.example/in",
                "http://10.0.0.1/",
                "http://127.0.0.1.evil.example/",
                "http://localhost.evil.example/",
                "http://0.0.0.0/",
                "http://[::]/",
                "http://[::ffff:127.0.0.1]/"
            })
    void refusesPlainHttpToAnythingElse(String endpoint) {
        refused(Kind.INVALID, "Use https", () -> world.put(at(endpoint)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://partner.example/",
                "file:///etc/passwd",
                "/in",
                "mailto:partner.example",
                "https://user:pass@partner.example/",
                "https://partner.example/?key=abc",
                "https://partner.example/#x",
                "https://partner.example:70000/",
                "https://partner.example/a%2e%2e/b",
                "https://partner.example/RAW(x)",
                "https://partner.example/a$b",
                "https://partner.example//b",
                "https://[::1%25lo]/",
                "HTTPS://partner.example/",
                "http://127.0.0.256/",
                "http://127.1/"
            })
    void refusesOtherAddresses(String endpoint) {
        refused(Kind.INVALID, "endpoint", () -> world.put(at(endpoint)));
    }

    @Test
    void replacingAPartnerNeverResumesIt() {
        world.put(acme());
        world.partners.suspend(world.officer, "acme", true);
        assertThat(world.put(at("https://b.example/")).suspended()).isTrue();
        assertThat(world.partners.suspend(world.integrator, "acme", false).suspended())
                .isFalse();
        assertThatThrownBy(() -> world.partners.suspend(world.integrator, "nobody", true))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
    }

    @Test
    void tellsListenersOnceTheChangeIsVisibleAndGoesOnWhenOneFails() {
        List<Optional<Partner>> seen = new ArrayList<>();
        world.listeners.add(partner -> {
            throw new IllegalStateException("broken listener");
        });
        world.listeners.add(partner -> seen.add(world.partners.find(partner.tenant(), partner.name())));
        Partner put = world.put(acme());
        assertThat(seen).containsExactly(Optional.of(put));
    }

    @Test
    void tellsNobodyOfAChangeThatWasRolledBack() {
        List<Partner> seen = new ArrayList<>();
        world.listeners.add(seen::add);
        assertThatThrownBy(() -> world.store.required(() -> {
                    world.put(acme());
                    throw new IllegalStateException("later");
                }))
                .hasMessage("later");
        assertThat(seen).isEmpty();
        assertThat(world.partners.find(KORAX, "acme")).isEmpty();
    }

    @Test
    void readsItsPartnersAtTheStart() {
        Partner put = world.put(acme());
        assertThat(new PartnerTable(world.store, world.store).find(KORAX, "acme"))
                .contains(put);
    }

    @Test
    void aLateNewsOfAnOldVersionChangesNothing() {
        Partner first = world.put(acme());
        Partner second = world.put(at("https://b.example/"));
        world.table.put(first);
        assertThat(world.table.find(KORAX, "acme")).contains(second);
    }
}
